import { CrmflowError } from '../errors.ts';
import type { Json } from './json.ts';
import type { Scope } from './scope.ts';

/** A compiled part of an expression. */
export type Step = (frame: Frame) => Json;

/** One unit is about ten nanoseconds, so nothing computes for much longer than 50 ms. */
const WORK = 5_000_000;

/** Units of work that cost more than they look: making an error, asking the calendar, a turn of a loop. */
export const COST = { failure: 1_000, calendar: 500, turn: 10 };

/** Characters a text made by an expression may have. */
export const LONGEST_TEXT = 1_000_000;

/** One evaluation: what it may see, where its loops stand, and the work it may still do. */
export class Frame {
  /** The element each loop stands at, outermost first. */
  readonly items: Json[] = [];
  private left = WORK;
  constructor(readonly scope: Scope) {}

  /** Counts work before it is done. More than the limit is refused (`unprocessable`). */
  spend(work: number): void {
    this.left -= work;
    if (this.left < 0) throw refusal('The expression takes too much work; use shorter lists or texts.');
  }
}

/** What an evaluation that can't go on throws. */
export const refusal = (sentence: string, cause?: unknown) =>
  new CrmflowError('unprocessable', sentence, undefined, { cause });

/** What a value costs a function that reads it. */
export function costOf(value: Json): number {
  if (typeof value === 'string') return value.length >> 3;
  return Array.isArray(value) ? value.length : 0;
}

/** Whether two values are equal, part by part; values of different types never are. */
export function same(a: Json, b: Json, frame: Frame): boolean {
  if (typeof a === 'string') frame.spend(a.length >> 5);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    frame.spend(a.length);
    return a.every((item, at) => same(item, b[at] ?? null, frame));
  }
  const keys = Object.keys(a);
  frame.spend(keys.length * 4);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key] ?? null, b[key] ?? null, frame))
  );
}

/** Whether a list holds an equal value. */
export function holds(list: readonly Json[], value: Json, frame: Frame): boolean {
  frame.spend(list.length);
  return list.some((item) => same(item, value, frame));
}
