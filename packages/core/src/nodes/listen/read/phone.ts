import { isSupportedCountry, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { refused, taken, tidied, type Reading, type Refusal } from './reading.ts';
import { plainDigits } from './words.ts';

export interface PhoneRules {
  /** ISO 3166: how a number without + or 00 is read. */
  country?: string | undefined;
}

/** One run of digits with what people write between them; the words around it do not count. */
const RUN = /\+?\s?\(?\d[\d\s().\-/]*\d/g;
const EXTENSION = /(?:\b(?:ext|extension|x|durchwahl|dw|nebenstelle)\b|#)[\s.:=]*\d|\d\s?x\d/i;

/**
 * One telephone number, as E.164. A number with an extension is refused rather than kept without it: nobody could reach
 * the person by what is left.
 */
export function readPhone(text: string, { country }: PhoneRules = {}): Reading<string> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const plain = plainDigits(tidy.value);
  if (EXTENSION.test(plain)) return refused('phone_extension');
  const runs = (plain.match(RUN) ?? []).filter((run) => run.replace(/\D/g, '').length > 2);
  const [run] = runs;
  if (run === undefined || runs.length > 8 || runs.join('').length > 300) return refused('not_phone');
  const numbers = runs.map((each) => numberIn(each, country));
  const [first, second] = new Set(numbers.flatMap((number) => number?.number ?? []));
  if (first !== undefined && second !== undefined) return refused('phone_unclear', { first, second });
  const number = numbers.find((each) => each !== undefined);
  if (!number || runs.length > 1) return whyNot(run, country);
  const isNational = number.number !== `+${run.replace(/^[\s(]*00|\D/g, '')}`;
  return isNational ? taken(number.number, number.formatInternational()) : taken(number.number);
}

/** A number that could be right, if only we knew where, is answered differently from one that cannot be. */
function whyNot(run: string, country: string | undefined): Refusal {
  const digits = run.replace(/\D/g, '').length;
  const isNational = !/^\s*(?:\+|00)/.test(run);
  const knowsCountry = country !== undefined && isSupportedCountry(country);
  return refused(isNational && !knowsCountry && digits >= 6 && digits <= 15 ? 'phone_country' : 'not_phone');
}

function numberIn(run: string, country: string | undefined): PhoneNumber | undefined {
  const international = /^00/.test(run) ? parse(`+${run.slice(2)}`) : undefined;
  return valid(parse(run, country)) ?? valid(international);
}

const valid = (number: PhoneNumber | undefined) => (number?.isValid() ? number : undefined);

const parse = (run: string, country?: string) =>
  country !== undefined && isSupportedCountry(country)
    ? parsePhoneNumberFromString(run, { defaultCountry: country, extract: false })
    : parsePhoneNumberFromString(run, { extract: false });
