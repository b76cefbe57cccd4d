import { knownLanguage } from './words.ts';

/** A number written in digits, and whether it was written as the language writes it. */
export interface Digits {
  value: number;
  isUsual: boolean;
}

const SPACED = /^\d{1,3}(?:([ \u00a0\u202f\u2009'’])\d{3})(?:\1\d{3})*(?=[.,]\d|$)/;

/**
 * Reads digits with group and decimal marks. The language decides between `1.234` and `1,234`; where only one reading
 * is possible (`3,5` in English, `1,234.5` in German) that one is taken. Undefined when the marks make no number.
 */
export function readDigits(written: string, language: string): Digits | undefined {
  const tag = knownLanguage(language);
  const spaced = SPACED.exec(written)?.[0];
  if (spaced?.includes(' ') && /^en(?:-|$)/.test(tag)) return undefined;
  const digits = spaced === undefined ? written : spaced.replace(/\D/g, '') + written.slice(spaced.length);
  if (!/^[\d.,]+$/.test(digits)) return undefined;
  const decimal = decimalMark(tag);
  const marks = digits.replace(/\d/g, '');
  const last = marks.at(-1);
  if (last === undefined) return exact(digits, true);
  if (new Set(marks).size === 2) return mixed(digits, last, decimal);
  const isGrouped = spaced === undefined && GROUPED.test(digits);
  if (marks.length > 1) return isGrouped ? exact(digits.replace(/\D/g, ''), last !== decimal) : undefined;
  if (last !== decimal && isGrouped) return exact(digits.replace(/\D/g, ''), true);
  return exact(digits.replace(last, '.'), last === decimal);
}

const GROUPED = /^[1-9]\d{0,2}(?:[.,]\d{3})+$/;

/** Both marks: the last is the decimal one, and what stands before it must be grouped by the other. */
function mixed(digits: string, last: string, decimal: string): Digits | undefined {
  const [whole = '', fraction = '', ...more] = digits.split(last);
  if (more.length > 0 || !GROUPED.test(whole)) return undefined;
  return exact(`${whole.replace(/\D/g, '')}.${fraction}`, last === decimal);
}

function exact(plain: string, isUsual: boolean): Digits | undefined {
  const value = Number(plain);
  return Number.isFinite(value) ? { value, isUsual } : undefined;
}

const decimalMark = (tag: string) =>
  new Intl.NumberFormat(tag).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value === ','
    ? ','
    : '.';
