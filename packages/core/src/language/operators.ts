import type { BinaryOperator } from '@marcbachmann/cel-js';
import { COST, holds, LONGEST_TEXT, refusal, same, type Frame, type Step } from './frame.ts';
import { isPart, type Json } from './json.ts';
import { isIncomparable, isMissing, isMixed, isNoHolder, isUnfit, type Sides } from './sentences.ts';
import { shown, type Tree } from './syntax.ts';
import { typeOf } from './types.ts';

/** An operator between two values. `tree` is the whole, for what it says when it can't. */
export function binary(
  op: BinaryOperator,
  tree: Tree,
  sides: Sides,
  [left, right]: readonly [Step, Step],
): Step {
  switch (op) {
    case '==':
      return (frame) => same(left(frame), right(frame), frame);
    case '!=':
      return (frame) => !same(left(frame), right(frame), frame);
    case 'in':
      return (frame) => isIn(left(frame), right(frame), tree, sides, frame);
    case '+':
      return (frame) => plus(left(frame), right(frame), tree, sides, frame);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(ORDER[op], tree, sides, [left, right]);
    case '-':
    case '*':
    case '/':
    case '%': {
      const calculate = ARITHMETIC[op];
      return (frame) => {
        const a = numeric(left(frame), sides[0], tree);
        return finite(calculate(a, numeric(right(frame), sides[1], tree)), tree);
      };
    }
  }
}

const ORDER = {
  '<': <T extends number | string>(a: T, b: T) => a < b,
  '<=': <T extends number | string>(a: T, b: T) => a <= b,
  '>': <T extends number | string>(a: T, b: T) => a > b,
  '>=': <T extends number | string>(a: T, b: T) => a >= b,
};

const ARITHMETIC = {
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
};

function compare(
  order: (typeof ORDER)['<'],
  tree: Tree,
  sides: Sides,
  [left, right]: readonly [Step, Step],
): Step {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'number' && typeof b === 'number') return order(a, b);
    if (typeof a === 'string' && typeof b === 'string') {
      frame.spend(a.length >> 5);
      return order(a, b);
    }
    if (a === null || b === null) return false;
    throw refusal(isIncomparable(tree, sides, typeOf(a), typeOf(b)));
  };
}

/** The negative of a number. */
export const minus =
  (tree: Tree, of: Tree, value: Step): Step =>
  (frame) =>
    -numeric(value(frame), of, tree);

function numeric(value: Json, of: Tree, tree: Tree): number {
  if (typeof value === 'number') return value;
  const need = `${shown(tree)} needs numbers`;
  throw refusal(value === null ? isMissing(need, of, 'number') : isUnfit(need, of, typeOf(value), 'number'));
}

function finite(value: number, tree: Tree): number {
  if (Number.isFinite(value)) return value;
  throw refusal(`${shown(tree)} is no number: it divides by zero or grows too large.`);
}

function plus(a: Json, b: Json, tree: Tree, sides: Sides, frame: Frame): Json {
  if (typeof a === 'number' && typeof b === 'number') return finite(a + b, tree);
  if (typeof a === 'string' && typeof b === 'string') {
    frame.spend((a.length + b.length) >> 3);
    if (a.length + b.length <= LONGEST_TEXT) return a + b;
    throw refusal(`${shown(tree)} would be longer than ${LONGEST_TEXT} characters.`);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    frame.spend(a.length + b.length);
    return [...a, ...b];
  }
  if (a !== null && b !== null) throw refusal(isMixed(tree, sides, typeOf(a), typeOf(b)));
  const missing = a === null ? sides[0] : sides[1];
  const there = typeOf(a ?? b);
  throw refusal(isMissing(`${shown(tree)} adds two values`, missing, there === 'any' ? 'number' : there));
}

function isIn(value: Json, whole: Json, tree: Tree, sides: Sides, frame: Frame): boolean {
  if (whole === null) return false;
  if (Array.isArray(whole)) return holds(whole, value, frame);
  if (typeof whole === 'object') return typeof value === 'string' && isPart(whole, value);
  throw refusal(isNoHolder(tree, sides, typeOf(whole)));
}

/** `&&` (decided by false) or `||` (decided by true). As in CEL, one side that fails is forgiven when the other decides. */
export function logic(
  decisive: boolean,
  tree: Tree,
  [a, b]: Sides,
  [left, right]: readonly [Step, Step],
): Step {
  return (frame) => {
    let first: boolean;
    try {
      first = truth(left(frame), a, tree);
    } catch (error) {
      frame.spend(COST.failure);
      if (truth(right(frame), b, tree) === decisive) return decisive;
      throw error;
    }
    return first === decisive ? decisive : truth(right(frame), b, tree);
  };
}

/** Whether a part that decides in `tree` is true; null is not, any other type is refused (`unprocessable`). */
export function truth(value: Json, of: Tree, tree: Tree): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  throw refusal(isUnfit(`${shown(tree)} needs a boolean`, of, typeOf(value), 'boolean'));
}
