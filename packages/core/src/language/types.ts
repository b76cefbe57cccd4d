import type { Json } from './json.ts';

/** What a variable may be declared as. Dates are text `YYYY-MM-DD`, times text `HH:MM`. */
export const variableTypes = ['text', 'number', 'boolean', 'date', 'time', 'list', 'map', 'any'] as const;
export type VariableType = (typeof variableTypes)[number];

/** The variables a workflow declares, with their types. */
export type Declared = ReadonlyMap<string, VariableType>;

/** How a sentence calls a value of each type. */
export const IN_WORDS: { readonly [type in VariableType]: string } = {
  text: 'a text',
  number: 'a number',
  boolean: 'a boolean (true or false)',
  date: 'a date',
  time: 'a time',
  list: 'a list',
  map: 'a map',
  any: 'a value',
};

/** What a value is; `any` for null, which may stand for every type. */
export function typeOf(value: Json): VariableType {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return value === null ? 'any' : Array.isArray(value) ? 'list' : 'map';
  }
}

/** Whether a value of one type may stand where another is wanted: dates and times are kept as text. */
export function fits(actual: VariableType, wanted: VariableType): boolean {
  if (actual === wanted || actual === 'any' || wanted === 'any') return true;
  return isText(actual) && isText(wanted) && (actual === 'text' || wanted === 'text');
}

const isText = (type: VariableType) => type === 'text' || type === 'date' || type === 'time';
