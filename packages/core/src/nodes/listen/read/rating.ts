import { readNumber } from './number.ts';
import { refused, taken, tidied, type Locale, type Reading } from './reading.ts';
import { plainDigits, spokenNumbers, wordsOf } from './words.ts';

export interface RatingRules {
  min: number;
  max: number;
}

/** A whole number on a scale: `4`, `4/5`, `4 out of 5`, `four stars`, `★★★★☆`. A scale named in the answer must be the question's own. */
export function readRating(
  text: string,
  { min, max }: RatingRules,
  locale: Pick<Locale, 'language'>,
): Reading<number> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const plain = plainDigits(tidy.value)
    .replace(/[\ufe0f\u20e3]/g, '')
    .replaceAll('🔟', '10');
  const value = starred(plain, max) ?? outOf(plain, max) ?? counted(plain, locale);
  return value !== undefined && Number.isInteger(value) && value >= min && value <= max
    ? taken(value)
    : refused('not_rating', { min, max });
}

const STARS = /^[★⭐🌟☆❤♥\s]+$/u;

/** Filled signs count; empty ones show how long the scale is. */
function starred(text: string, max: number): number | undefined {
  if (!STARS.test(text)) return undefined;
  const filled = [...text.replace(/[☆\s]/g, '')].length;
  const empty = [...text].filter((sign) => sign === '☆').length;
  return filled === 0 || (empty > 0 && filled + empty !== max) ? NaN : filled;
}

function outOf(text: string, max: number): number | undefined {
  const words = wordsOf(text.replace(/(\d)\s?\/\s?(\d)/, '$1 of $2')).join(' ');
  const [, given, scale] =
    /(?:^| )(\w+)(?: (?:stars?|points?|punkte?n?|sternen?|sterne?))? (?:out of|of|von) (\w+)(?: |$)/.exec(
      words,
    ) ?? [];
  const [value, top] = [given, scale].map((word) => spokenNumbers.get(word ?? '') ?? Number(word ?? NaN));
  if (value === undefined || top === undefined || Number.isNaN(value) || Number.isNaN(top)) return undefined;
  return top === max && (text.match(/\d+/g) ?? []).length <= 2 && !/[-.,]\s?\d/.test(text) ? value : NaN;
}

function counted(text: string, locale: Pick<Locale, 'language'>): number | undefined {
  const reading = readNumber(text.replace(/[★⭐🌟☆❤♥]/gu, ' '), {}, locale);
  return reading.ok ? reading.value : undefined;
}
