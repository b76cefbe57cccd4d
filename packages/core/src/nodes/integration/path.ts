import type { Json } from '../../language/json.ts';

/** What stands at a path in a JSON value: `items[0].name`, `.` for all of it; null when nothing does. */
export function readPath(value: Json, path: string): Json {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  let at: Json = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return null;
    at = (at as Record<string, Json>)[step] ?? null;
  }
  return at;
}
