/**
 * A part of a session again, which shares nothing with the first: what stays in memory of a session is never handed out,
 * since whoever gets it may do with it what they like. All of a session is JSON.
 */
export function copyOf<T>(part: T): T {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map(copyOf) as T;
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(part))
    if (name !== '__proto__') copy[name] = copyOf<unknown>(value);
  return copy as T;
}
