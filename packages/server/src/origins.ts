import type { IncomingMessage } from 'node:http';

export type IsOriginAllowed = (request: Pick<IncomingMessage, 'headers'>) => boolean;

/**
 * Whether the page a request comes from may call: one of the listed origins, or the server's own. Without an Origin
 * header no page is behind it. `*` allows every origin: calls carry their token themselves, never a cookie.
 */
export function createOrigins(allowed: readonly string[]): IsOriginAllowed {
  const listed = new Set(allowed.map((origin) => origin.replace(/\/$/, '').toLowerCase()));
  return ({ headers: { origin, host } }) => {
    if (origin === undefined || listed.has('*') || listed.has(origin.toLowerCase())) return true;
    return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
  };
}
