import { readDigits } from './digits.ts';
import { refused, taken, tidied, type Locale, type Reading } from './reading.ts';
import { isMultiplier, isNumberWord, multipliers, spokenNumber } from './spoken.ts';
import { folded, isFiller, plainDigits, spokenNumbers, wordsOf, writtenNumber } from './words.ts';

export interface NumberRules {
  min?: number | undefined;
  max?: number | undefined;
  /** Counted from `min`, or from 0. */
  step?: number | undefined;
  integer?: boolean | undefined;
}

/** One number: digits as the language writes them, or words (`two hundred`, `zwölf`, `half a million`), with a currency, unit or `k` beside them. `12 %` is 12. */
export function readNumber(
  text: string,
  rules: NumberRules,
  locale: Pick<Locale, 'language'>,
): Reading<number> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const found = numberIn(tidy.value, locale.language);
  if (!found || Number.isNaN(found.value)) return refused('not_number');
  if (Math.abs(found.value) > Number.MAX_SAFE_INTEGER)
    return found.value > 0
      ? refused('too_large', { max: rules.max ?? Number.MAX_SAFE_INTEGER })
      : refused('too_small', { min: rules.min ?? Number.MIN_SAFE_INTEGER });
  const reading = within(found.value, rules);
  if (!reading.ok || found.isUsual) return reading;
  return taken(found.value, writtenNumber(found.value, locale.language));
}

function within(value: number, { min, max, step, integer }: NumberRules): Reading<number> {
  if (integer && !Number.isInteger(value)) return refused('not_whole');
  if (min !== undefined && value < min) return refused('too_small', { min });
  if (max !== undefined && value > max) return refused('too_large', { max });
  if (step === undefined || step <= 0) return taken(value);
  const base = min ?? 0;
  const steps = (value - base) / step;
  // Tenths are not exact in binary: 0.3 is a step of 0.1 although 0.3 / 0.1 is not 3.
  if (Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps))) return taken(value);
  const lower = tidyFloat(base + Math.floor(steps) * step);
  const upper = tidyFloat(base + Math.ceil(steps) * step);
  return refused('not_step', { step, lower, upper: max !== undefined && upper > max ? lower : upper });
}

/** More than anybody says around a number in words. */
const MAX_SPOKEN_CHARS = 400;

interface Found {
  value: number;
  isUsual: boolean;
}

const TOKEN = /[-+]?[.,]?\d(?:[\d.,'’\u00a0\u202f\u2009 ]*\d)?/g;
// What may stand beside a number. Each alternative begins with characters of its own, so a test takes linear time.
const BEFORE = /^[\p{L}\p{M}\s.,:;!?~≈'’"“„()#&]*$/u;
const AFTER = /^(?:[\s%‰°.,;:!?"”“()'’]|[-/&]?\p{L}[\p{M}²³]?)*$/u;

function numberIn(text: string, language: string): Found | undefined {
  const plain = plainDigits(text)
    .replace(/(\p{L}?)\p{Sc}/gu, (_, letter: string) => (letter ? `${letter} ` : ''))
    .replace(/\b(eur|usd|chf|gbp)(?=\d)/gi, '$1 ')
    // "500,-" has no cents.
    .replace(/(?<=\d)[,.]-{1,2}(?!\d)/g, ' ');
  const tokens = [...plain.matchAll(TOKEN)];
  const [token] = tokens;
  if (!token) return plain.length > MAX_SPOKEN_CHARS ? undefined : spokenIn(wordsOf(plain), language);
  const before = plain.slice(0, token.index);
  const after = plain.slice(token.index + token[0].length);
  if (tokens.length > 1 || /[\p{L}\p{N}]$/u.test(before) || !BEFORE.test(before) || !AFTER.test(after))
    return undefined;
  if (/^[mb](?![\p{L}²³])/iu.test(after) || [before, after].some(changesTheNumber)) return undefined;
  const isNegative = token[0].startsWith('-') || /\bminus\s*$/i.test(before);
  const digits = readDigits(token[0].replace(/^[-+]/, '').replace(/^[.,]/, '0$&'), language);
  const times = magnitude(wordsOf(after), language);
  if (!digits || times === undefined) return undefined;
  return scaled(digits.value * (isNegative ? -1 : 1), times, digits.isUsual);
}

function spokenIn(words: string[], language: string): Found | undefined {
  const at = words.findIndex((_, from) => spokenNumber(words.slice(from), language));
  const { value, length } = spokenNumber(words.slice(Math.max(0, at)), language) ?? { length: 0 };
  const before = words.slice(0, Math.max(0, at));
  const after = words.slice(at + length);
  const isNegative = before.at(-1) === 'minus';
  if (value === undefined || !before.slice(0, isNegative ? -1 : undefined).every(isFiller)) return undefined;
  const rest = after.join(' ');
  if (after.length > 4 || rest.length > 40 || after.some(isMultiplier) || changesTheNumber(rest))
    return undefined;
  const isUsual = length === 1 && spokenNumbers.has(words[at] ?? '');
  return { value: tidyFloat(isNegative ? -value : value) + 0, isUsual };
}

const scaled = (value: number, times: number, isUsual: boolean): Found => ({
  // Adding nothing turns -0 into 0.
  value: (times === 1 ? value : tidyFloat(value * times)) + 0,
  isUsual: isUsual && times === 1,
});

/** What the first word after a number multiplies it by; undefined when a second such word follows. */
function magnitude(after: string[], language: string): number | undefined {
  const [first = '', ...rest] = after;
  if (rest.some((word) => isMultiplier(word) && word !== 'k')) return undefined;
  return multipliers(language).get(first) ?? (isMultiplier(first) ? undefined : 1);
}

/** Words that make it another number, a bound, a range or no number at all. */
const changing = new Set(
  (
    'above below between dozens fewer grand half halves hundreds least less minimum maximum more most ' +
    'neither never no non not nor or over percentile plus point quarter quarters third thirds than under until up ' +
    'uber unter ueber mehr weniger mindestens hochstens hoechstens bis zwischen oder halb halbe halbes halben anderthalb ' +
    'drittel viertel kein keine keinen nicht nie komma dutzende hunderte tausende'
  ).split(' '),
);
const changesTheNumber = (beside: string): boolean =>
  folded(beside)
    .split(' ')
    .some((word) => changing.has(word) || (isNumberWord(word) && !articles.has(word)));
const articles = new Set('one ein eine einen einer einem'.split(' '));

const tidyFloat = (value: number) => Number(value.toPrecision(15));
