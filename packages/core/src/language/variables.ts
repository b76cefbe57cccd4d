import type { Json } from './json.ts';

// Instances inherit from an empty object that inherits from nothing: as safe as Object.create(null), and as fast as a literal.
const Bare = function () {} as unknown as new () => Record<string, Json>;
Bare.prototype = Object.freeze(Object.create(null) as object);

/** A map of everything in the given ones, later ones first, that inherits no name. */
export const merged = (...maps: Readonly<Record<string, Json>>[]): Record<string, Json> =>
  Object.assign(new Bare(), ...maps) as Record<string, Json>;
