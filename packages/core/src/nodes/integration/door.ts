import { CrmflowError, reasonOf } from '../../errors.ts';
import type { Unsent } from '../../ports.ts';

/** What a failure of the guarded door means for what was to be sent through it. Anything else is thrown on. */
export function unsentBy(cause: unknown): Unsent {
  if (!(cause instanceof CrmflowError)) throw cause;
  const reason = reasonOf(cause) ?? 'failed';
  const kind = AWAY.has(reason) ? 'unavailable' : FORBIDDEN.has(reason) ? 'refused' : 'unknown';
  return { kind, reason, message: cause.message };
}

/** The same for what may be done again: that it may have been done already changes nothing. */
export function undoneBy(cause: unknown): Unsent {
  const unsent = unsentBy(cause);
  return unsent.kind === 'refused' ? unsent : { ...unsent, kind: 'unavailable' };
}

/** It gave no connection, so it has heard nothing. */
const AWAY = new Set(['dns', 'connect', 'no_connection', 'tls']);
/** The door itself refused, before a connection was opened. */
const FORBIDDEN = new Set([
  'method',
  'url',
  'scheme',
  'credentials',
  'header',
  'other_host',
  'blocked_port',
  'blocked_address',
]);
