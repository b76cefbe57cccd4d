import type { SessionEvent } from './session.ts';

/** An event as every wire carries it: flat, with what only the owner may see among the rest. Its name is its type. */
export function wireForm({ type, ...fields }: SessionEvent, sessionId: string) {
  if (!('owner' in fields)) return { type, ...fields, sessionId };
  const { owner, ...rest } = fields;
  return { type, ...rest, ...owner, sessionId };
}
