import { readDigits } from './digits.ts';
import { refused, taken, tidied, type Locale, type Reading } from './reading.ts';
import { folded, isFiller, isGerman, plainDigits, spokenNumbers, wordsOf, writtenNumber } from './words.ts';

export interface NumberRules {
  min?: number | undefined;
  max?: number | undefined;
  /** Counted from `min`, or from 0. */
  step?: number | undefined;
  integer?: boolean | undefined;
}

/** One number: digits as the language writes them, or a word from zero to twelve, with a currency, unit or `k` beside it. `12 %` is 12. */
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

interface Found {
  value: number;
  isUsual: boolean;
}

const TOKEN = /-?[.,]?\d(?:[\d.,'’\u00a0\u202f\u2009 ]*\d)?/g;
// What may stand beside a number. Each alternative begins with characters of its own, so a test takes linear time.
const BEFORE = /^[\p{L}\p{M}\s.,:;!?~≈'’"“„()#&]*$/u;
const AFTER = /^(?:[\s%‰°.,;:!?"”“()'’]|[-/&]?\p{L}[\p{M}²³]?)*$/u;

function numberIn(text: string, language: string): Found | undefined {
  const plain = plainDigits(text).replace(/(\p{L}?)\p{Sc}/gu, (_, letter: string) =>
    letter ? `${letter} ` : '',
  );
  const tokens = [...plain.matchAll(TOKEN)];
  const [token] = tokens;
  if (!token) return spokenIn(wordsOf(plain), language);
  const before = plain.slice(0, token.index);
  const after = plain.slice(token.index + token[0].length);
  if (tokens.length > 1 || /[\p{L}\p{N}]$/u.test(before) || !BEFORE.test(before) || !AFTER.test(after))
    return undefined;
  if (/^[mb](?!\p{L})/iu.test(after) || [before, after].some(changesTheNumber)) return undefined;
  const isNegative = token[0].startsWith('-') || /\bminus\s*$/i.test(before);
  const digits = readDigits(token[0].replace('-', '').replace(/^[.,]/, '0$&'), language);
  const times = magnitude(wordsOf(after), language);
  if (!digits || times === undefined) return undefined;
  return scaled(digits.value * (isNegative ? -1 : 1), times, digits.isUsual);
}

function spokenIn(words: string[], language: string): Found | undefined {
  const at = words.findIndex((word) => spokenNumbers.has(word));
  const value = spokenNumbers.get(words[at] ?? '');
  const before = words.slice(0, Math.max(0, at));
  const after = words.slice(at + 1);
  const isNegative = before.at(-1) === 'minus';
  if (value === undefined || !before.slice(0, isNegative ? -1 : undefined).every(isFiller)) return undefined;
  const times = magnitude(after, language);
  if (
    times === undefined ||
    after.length > 4 ||
    after.join(' ').length > 40 ||
    changesTheNumber(after.join(' '))
  )
    return undefined;
  return scaled(isNegative ? -value : value, times, true);
}

const scaled = (value: number, times: number, isUsual: boolean): Found => ({
  // Adding nothing turns -0 into 0.
  value: (times === 1 ? value : tidyFloat(value * times)) + 0,
  isUsual: isUsual && times === 1,
});

/** What the first word after a number multiplies it by; undefined when a second such word follows. */
function magnitude(after: string[], language: string): number | undefined {
  const [first = '', ...rest] = after;
  const isLarge = (word: string) => magnitudes.has(word) || largeIn(language).has(word);
  if (rest.some((word) => isLarge(word) && word !== 'k')) return undefined;
  if (!isLarge(first)) return largeWords.has(first) ? undefined : 1;
  return magnitudes.get(first) ?? largeIn(language).get(first);
}

const words = (names: string, value: number) => names.split(' ').map((name) => [name, value] as const);
const magnitudes: ReadonlyMap<string, number> = new Map([
  ...words('dozen dutzend', 12),
  ...words('hundred hundert', 100),
  ...words('k thousand tausend tsd', 1_000),
  ...words('million millions millionen mio mln mn', 1_000_000),
  ...words('milliarde milliarden mrd', 1_000_000_000),
]);
// A German Billion is a thousand English ones.
const englishLarge: ReadonlyMap<string, number> = new Map(words('billion billions bn', 1_000_000_000));
const germanLarge: ReadonlyMap<string, number> = new Map(words('billion billionen', 1_000_000_000_000));
const largeIn = (language: string) => (isGerman(language) ? germanLarge : englishLarge);
const largeWords = new Set([...englishLarge.keys(), ...germanLarge.keys()]);

/** Words that make it another number, a bound, a range or no number at all. */
const changing = new Set(
  (
    'above below between dozens fewer half halves hundreds least less minimum maximum more most ' +
    'neither never no non not nor or over percentile plus point quarter quarters third thirds than under until up ' +
    'uber unter ueber mehr weniger mindestens hochstens hoechstens bis zwischen oder halb halbe halbes halben anderthalb ' +
    'drittel viertel kein keine keinen nicht nie komma dutzende hunderte tausende'
  ).split(' '),
);
const changesTheNumber = (beside: string): boolean =>
  folded(beside)
    .split(' ')
    .some((word) => changing.has(word) || (spokenNumbers.has(word) && !articles.has(word)));
const articles = new Set('one ein eine einen einer einem'.split(' '));

const tidyFloat = (value: number) => Number(value.toPrecision(15));
