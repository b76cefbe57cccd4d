import type { Json } from '../../language/json.ts';
import type { HttpRequest, HttpResponse, Unsent } from '../../ports.ts';
import { refused } from './sending.ts';
import { signatureHeaders } from './signature.ts';

/** Something that happened, as another system is told of it. */
interface Happened {
  url: URL;
  /** What it is called: `lead.qualified`. */
  type: string;
  /** When it happened. */
  at: Date;
  data: Json;
}

/** A request that tells another system what happened: signed, and known again by its id. */
export async function signedPost(
  { url, type, at, data }: Happened,
  /** `at` is when it is told. */
  by: { id: string; at: Date; secret: string },
): Promise<HttpRequest> {
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
  return {
    method: 'POST',
    url: url.href,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': by.id,
      ...(await signatureHeaders(body, by)),
    },
    body,
    maxRedirects: 0,
    maxBytes: 100_000,
  };
}

/** Why it was not taken; nothing when it was. */
export function whyNotTaken({ status }: HttpResponse, host: string): Unsent | undefined {
  if (status >= 200 && status < 300) return undefined;
  const message = `${host} answered ${status}.`;
  if (status === 429 || status >= 500) return { kind: 'unavailable', reason: 'provider', message };
  return refused('rejected', message);
}
