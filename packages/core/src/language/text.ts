import { TypeGuards } from 'liquidjs';
import { CrmflowError } from '../errors.ts';
import { didYouMean } from './closest.ts';
import { FILTERS } from './filters.ts';
import { isMap, part, type Json } from './json.ts';
import { asItIs, type Escape } from './liquid-context.ts';
import { checkLength, parseText, renderText, type Parsed, type Place } from './liquid.ts';
import { print } from './print.ts';
import { BUILT_INS, builtIn, type Scope } from './scope.ts';
import { filtersOf, misfits, unknownParts } from './text-types.ts';
import type { Declared } from './types.ts';

/** What people read, compiled. */
export interface Text {
  readonly source: string;
  /** The variables it reads. */
  readonly names: readonly string[];
  /**
   * The text with everything filled in, each value as `escape` writes it. What it can't fill in is refused
   * (`unprocessable`).
   */
  render(scope: Scope, escape?: Escape): string;
  /** What is wrong with it, each in a sentence. */
  problems(declared: Declared): string[];
}

/** Compiles Liquid. A syntax error is refused (`workflow_invalid`) with its line and column. */
export function compileText(source: string): Text {
  const parsed = parseText(source);
  const names = parsed.names.filter((name) => !BUILT_INS.has(name));
  const filters = parsed.places.flatMap(unknownFilters);
  return {
    source,
    names,
    render: filters[0] === undefined ? rendererOf(source, parsed) : refuser(filters[0]),
    problems: (declared) => [
      ...names.filter((name) => !declared.has(name)).map((name) => isUnknown(name, declared)),
      ...new Set([...filters, ...parsed.places.flatMap((place) => inPlace(place, parsed, declared))]),
    ],
  };
}

function inPlace(place: Place, { own }: Parsed, declared: Declared): string[] {
  const odd = oddities(place);
  if (odd.length) return odd;
  if (!own.has('contact') && !declared.has('contact')) odd.push(...unknownParts(place));
  return odd.length
    ? odd
    : misfits(place, (name) =>
        own.has(name) ? 'any' : (declared.get(name) ?? BUILT_INS.get(name) ?? 'any'),
      );
}

function rendererOf(source: string, parsed: Parsed): Text['render'] {
  if (parsed.templates.length === 0) return () => source;
  return plainRenderer(source) ?? ((scope, escape = asItIs) => renderText(parsed, scope, escape));
}

const refuser = (sentence: string) => (): never => {
  throw new CrmflowError('unprocessable', sentence);
};

const isUnknown = (name: string, declared: Declared) =>
  `There is no variable ${name}.${didYouMean(name, [...declared.keys(), ...BUILT_INS.keys()])}`;

const PLACE = /\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}\}/;
const OTHER = /^(true|false|nil|null|empty|blank)$|\.(size|first|last|length)\b/;

/** Most texts only name variables: those are put together here, twenty times as fast as by Liquid. */
function plainRenderer(source: string): Text['render'] | undefined {
  const pieces = source.split(PLACE);
  if (pieces.some((piece, at) => (at % 2 ? OTHER : /\{[{%]/).test(piece))) return undefined;
  const parts = pieces.map((piece, at) => (at % 2 ? reader(piece.split('.')) : piece));
  return (scope, escape = asItIs) => {
    let made = '';
    for (const each of parts) made += typeof each === 'string' ? each : escape(print(each(scope)));
    return checkLength(made);
  };
}

function reader([name = '', ...path]: readonly string[]): (scope: Scope) => Json {
  const root = BUILT_INS.has(name)
    ? (scope: Scope) => builtIn(name, scope)
    : ({ variables }: Scope) => part(variables, name);
  return (scope) => path.reduce((whole: Json, key) => (isMap(whole) ? part(whole, key) : null), root(scope));
}

const unknownFilters = ({ value }: Place) =>
  filtersOf(value)
    .filter(({ name }) => !FILTERS.has(name))
    .map(({ name }) => `There is no filter ${name}.${didYouMean(name, FILTERS.keys())}`);

/** What Liquid reads without complaint, but not as it is meant. */
function oddities({ template, value: { initial } }: Place): string[] {
  const operators = initial.postfix.filter(TypeGuards.isOperatorToken).map(({ operator }) => operator);
  const values = initial.postfix.length - operators.length;
  const joins = operators.filter((operator) => operator !== 'not').length;
  const text = template.token.getText();
  if (values !== joins + 1)
    return joins === 0
      ? [`${text} names ${values} values; write a tag for each.`]
      : [`${text} can't be read; compare two values with ==, !=, <, >, <=, >= or contains.`];
  return operators.includes('and') && operators.includes('or')
    ? [`${text} mixes and with or, which Liquid reads from the right; write two tags, one inside the other.`]
    : [];
}
