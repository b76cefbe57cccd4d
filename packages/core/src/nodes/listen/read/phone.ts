import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { refused, taken, tidied, type Reading, type Refusal } from './reading.ts';
import { plainDigits } from './words.ts';

export interface PhoneRules {
  /** ISO 3166: how a number without + or 00 is read. */
  country?: string | undefined;
}

/** One run of digits with what people write between them; the words around it do not count. */
const RUN = /\+?\s?\(?\d[\d\s().\-/]*\d/g;
const EXTENSION =
  /(?:\b(?:ext|extn|extension|x|app|apparat|durchwahl|dw|klappe|nebenstelle)(?!\p{L})|#)[\s.:=]*\d|\d\s?x\d/iu;

/**
 * One telephone number, as E.164. A number with an extension is refused rather than kept without it: nobody could reach
 * the person by what is left.
 */
export function readPhone(text: string, { country }: PhoneRules = {}): Reading<string> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const plain = plainDigits(tidy.value)
    .replace(/[[{]/g, '(')
    .replace(/[\]}]/g, ')')
    .replace(/\+\s?00/g, '+');
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
  const digits = run.replace(/\D/g, '');
  const isNational = !/^[\s(]*(?:\+|00)/.test(run);
  const known = knownCountry(country);
  if (isNational && !known && digits.length >= 6 && digits.length <= 15) return refused('phone_country');
  return refused(digits.length < 6 || isShort(run, known) ? 'phone_too_short' : 'not_phone');
}

const isShort = (run: string, country: CountryCode | undefined): boolean =>
  validatePhoneNumberLength(abroad(run) ?? run, country) === 'TOO_SHORT';

/** A code that was typed counts before the country we know. */
function numberIn(run: string, country: string | undefined): PhoneNumber | undefined {
  const international = abroad(run);
  return (
    (international === undefined ? undefined : valid(parse(international))) ??
    valid(parse(run, knownCountry(country)))
  );
}

/** `0049…` as `+49…`. */
const abroad = (run: string): string | undefined =>
  /^[\s(]*00/.test(run) ? `+${run.replace(/\D/g, '').slice(2)}` : undefined;

const valid = (number: PhoneNumber | undefined) => (number?.isValid() ? number : undefined);

const knownCountry = (country: string | undefined): CountryCode | undefined =>
  country !== undefined && isSupportedCountry(country) ? country : undefined;

const parse = (run: string, country?: CountryCode) =>
  parsePhoneNumberFromString(run, { ...(country && { defaultCountry: country }), extract: false });
