import { trueDigits } from './digits.ts';
import { LONGEST_TEXT, refusal, type Frame } from './frame.ts';
import { toJson, type Json } from './json.ts';
import { IN_WORDS, typeOf } from './types.ts';

/** A value as text: null is empty, lists and maps are JSON. */
export function textOf(value: Json, frame: Frame): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number') return String(trueDigits(value));
  if (typeof value !== 'object') return String(value);
  const json = JSON.stringify(toJson(value));
  frame.spend(json.length * 2);
  return (fit(json.length), json);
}

/** Refuses (`unprocessable`) a text longer than an expression may make. */
export function fit(length: number): void {
  if (length > LONGEST_TEXT) throw refusal(`The text would be longer than ${LONGEST_TEXT} characters.`);
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number a text is. One that is none is refused (`unprocessable`). */
export function numberOf(value: string | number): number {
  if (typeof value === 'number') return value;
  const made = NUMBER.test(value.trim()) ? Number(value) : Infinity;
  if (Number.isFinite(made)) return made;
  throw refusal(`${quoted(value)} is not a number; write digits with a point, such as 12.5.`);
}

/** The numbers of a list; anything else in it is refused (`unprocessable`). */
export function numbersIn(values: readonly Json[]): number[] {
  return values.map((value) => {
    if (typeof value === 'number') return value;
    const what =
      value === null ? 'null' : typeof value === 'string' ? quoted(value) : IN_WORDS[typeOf(value)];
    throw refusal(`A list of numbers is needed, but it holds ${what}.`);
  });
}

/** A text in quotes, shortened for a sentence. */
export const quoted = (value: string) => JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);

/** Rounds half away from zero, as the number is read: 1.005 to two digits is 1.01. */
export function round(value: number, digits: number): number {
  if (!Number.isInteger(digits) || Math.abs(digits) > 15)
    throw refusal(`round(…) takes whole digits from -15 to 15, not ${digits}.`);
  const scaled = shift(Math.abs(value), digits);
  if (scaled > Number.MAX_SAFE_INTEGER) return value;
  return Math.sign(value) * shift(Math.round(scaled), -digits);
}

/** Moves the decimal point in the written form, where binary arithmetic would change the digits. */
function shift(value: number, digits: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}
