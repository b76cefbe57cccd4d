import { CrmflowError } from '../errors.ts';

/** All that variables, expressions and texts are made of. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a session has learned, by name; made by {@link variables}, so it inherits no names. */
export type Variables = { readonly [name: string]: Json };

const DEPTH = 64;
const PARTS = 200_000;
const CHARACTERS = 5_000_000;

/** Whether a name belongs to JavaScript's own objects: no path leads through it and no variable bears it. */
export const isForbidden = (name: string) =>
  name === '__proto__' || name === 'constructor' || name === 'prototype';

/**
 * A map of variables without a prototype, from entries or a record. A name such as `constructor` is refused
 * (`invalid_input`).
 */
export function variables(
  entries: Iterable<readonly [string, Json]> | { readonly [name: string]: Json } = {},
): Variables {
  const made = Object.create(null) as Record<string, Json>;
  for (const [name, value] of Symbol.iterator in entries ? entries : Object.entries(entries)) {
    if (isForbidden(name))
      throw new CrmflowError('invalid_input', `A variable can't be named ${name}; choose another name.`);
    made[name] = value;
  }
  return made;
}

/** Whether a value is a map: no list, no scalar, and there at all. */
export const isMap = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a map has a key of its own that it may have. */
export const isPart = (map: { readonly [key: string]: Json }, key: string): boolean =>
  Object.hasOwn(map, key) && !isForbidden(key);

/** What a map holds under its own key; null for a key it lacks, inherits or may not have. */
export const part = (map: { readonly [key: string]: Json }, key: string): Json =>
  isPart(map, key) ? (map[key] ?? null) : null;

/**
 * Any value as JSON that every database can keep: big integers become numbers, dates ISO text, Maps and Sets
 * maps and lists, what has no JSON form null, broken characters U+FFFD. Refuses (`too_large`) what nests deeper
 * than 64 levels or holds more than 200,000 parts.
 */
export function toJson(value: unknown): Json {
  return convert(value, { depth: 0, parts: 0, characters: 0 });
}

interface Tally {
  depth: number;
  parts: number;
  characters: number;
}

function convert(value: unknown, tally: Tally): Json {
  if (++tally.parts > PARTS) throw tooLarge(`holds more than ${PARTS} parts`);
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return convert(Number(value), tally);
    case 'string':
      return storable(value, tally);
    case 'object':
      return value === null ? null : convertObject(value, tally);
    default:
      return null;
  }
}

function convertObject(value: object, tally: Tally): Json {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (tally.depth === DEPTH) throw tooLarge(`nests deeper than ${DEPTH} levels`);
  tally.depth++;
  const made =
    Array.isArray(value) || value instanceof Set
      ? Array.from(value, (item: unknown) => convert(item, tally))
      : convertEntries(value instanceof Map ? value : Object.entries(value), tally);
  tally.depth--;
  return made;
}

function convertEntries(entries: Iterable<[unknown, unknown]>, tally: Tally): Json {
  const made: { [key: string]: Json } = {};
  for (const [key, item] of entries) {
    const name = storable(String(key), tally);
    if (name !== '__proto__') made[name] = convert(item, tally);
  }
  return made;
}

/** PostgreSQL keeps neither NUL nor half of a surrogate pair. */
function storable(text: string, tally: Tally): string {
  tally.characters += text.length;
  if (tally.characters > CHARACTERS) throw tooLarge(`holds more than ${CHARACTERS} characters`);
  const whole = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return /[\ud800-\udfff]/.test(whole) ? whole.replace(/\p{Surrogate}/gu, '\ufffd') : whole;
}

const tooLarge = (why: string) =>
  new CrmflowError('too_large', `The value ${why}; keep only what is needed of it.`);
