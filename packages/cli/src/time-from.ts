import { wrongUse } from './wrong-use.ts';

/** A day or a time that an option was given, as ISO 8601 in UTC. */
export function timeFrom(option: string, text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw wrongUse(`${option} ${text}: write a day or a time such as 2026-01-31T09:00Z.`);
  return time.toISOString();
}
