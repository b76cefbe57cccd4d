import type { Json } from './json.ts';

/** A null-prototype map of everything in the given ones, later ones first: no name in it is inherited. */
export const merged = (...maps: Readonly<Record<string, Json>>[]): Record<string, Json> =>
  Object.assign(Object.create(null) as Record<string, Json>, ...maps) as Record<string, Json>;
