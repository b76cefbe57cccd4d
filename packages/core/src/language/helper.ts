import type { Frame } from './frame.ts';
import type { Json } from './json.ts';
import type { VariableType } from './types.ts';

/** What is known of a value before it exists. */
export interface Shape {
  readonly type: VariableType;
  /** What a list holds, when all of it is known to be of one kind. */
  readonly item?: Shape;
}

/** What a function takes in one place: the types for the check, the test for the run. */
export interface Kind<T extends Json = Json> {
  readonly types: readonly VariableType[];
  readonly is: (value: Json) => value is T;
}

type ValuesOf<Kinds extends readonly Kind[]> = {
  [At in keyof Kinds]: Kinds[At] extends Kind<infer T> ? T : never;
};

interface Row<Kinds extends readonly Kind[]> {
  readonly takes: Kinds;
  /** How many of the last values may be left out. */
  readonly optional?: number;
  /** Whether the last value may be repeated. */
  readonly repeats?: boolean;
  readonly gives: VariableType | Shape | ((given: readonly Shape[]) => Shape);
  /** The answer when the first value is null; without one, null is refused where it is not taken. */
  readonly ofNull?: Json;
}

/** A function of the expression language; `f(a, b)` and `a.f(b)` are the same call. */
export interface Helper extends Row<readonly Kind[]> {
  run(values: readonly Json[], frame: Frame): Json;
}

/** A function from its row. The caller has tested the values against `takes` before it runs. */
export const helper = <const Kinds extends readonly Kind[]>(
  row: Row<Kinds> & { run(values: ValuesOf<Kinds>, frame: Frame): Json },
): Helper => row;

export const text: Kind<string> = { types: ['text'], is: (value) => typeof value === 'string' };
export const number: Kind<number> = { types: ['number'], is: (value) => typeof value === 'number' };
export const list: Kind<Json[]> = { types: ['list'], is: (value) => Array.isArray(value) };
export const date: Kind<string> = { types: ['date'], is: text.is };
export const anything: Kind = { types: ['any'], is: (_value): _value is Json => true };
export const textOrNumber: Kind<string | number> = {
  types: ['text', 'number'],
  is: (value) => text.is(value) || number.is(value),
};
export const textOrList: Kind<string | Json[]> = {
  types: ['text', 'list'],
  is: (value) => text.is(value) || list.is(value),
};
export const numberOrList: Kind<number | Json[]> = {
  types: ['number', 'list'],
  is: (value) => number.is(value) || list.is(value),
};
export const sized: Kind<string | Json[] | { [key: string]: Json }> = {
  types: ['text', 'list', 'map'],
  is: (value): value is string | Json[] | { [key: string]: Json } =>
    text.is(value) || (typeof value === 'object' && value !== null),
};
