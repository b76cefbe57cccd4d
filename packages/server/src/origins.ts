import type { IncomingMessage } from 'node:http';
import { CrmflowError } from '@crmflow/core/contract';

/** What goes into headers, and is compared as it stands. */
const ORIGIN = /^(\*|https?:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?\/?)$/i;

export type IsOriginAllowed = (request: Pick<IncomingMessage, 'headers'>) => boolean;

/**
 * Whether the page a request comes from may call: one of the listed origins, or the server's own. Without an Origin
 * header no page is behind it. Refuses with `invalid_input` what is no origin. `*` allows every origin: calls carry their token themselves, never a cookie.
 */
export function createOrigins(allowed: readonly string[]): IsOriginAllowed {
  for (const origin of allowed)
    if (!ORIGIN.test(origin))
      throw new CrmflowError(
        'invalid_input',
        `${origin} is no origin of pages. Write each like https://app.example.com.`,
      );
  const listed = new Set(allowed.map((origin) => origin.replace(/\/$/, '').toLowerCase()));
  return ({ headers: { origin, host } }) => {
    if (origin === undefined || listed.has('*') || listed.has(origin.toLowerCase())) return true;
    return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
  };
}
