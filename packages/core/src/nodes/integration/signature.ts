import { CrmflowError } from '../../errors.ts';
import { fromBase64, toBase64 } from './base64.ts';

/**
 * Headers that tell who sent a body, and that it is one and the same: Standard Webhooks 1.0 (www.standardwebhooks.com), the
 * symmetric scheme. A secret is `whsec_` and base64, or any other text as it is.
 */
export async function signatureHeaders(
  body: string,
  { id, at, secret }: { id: string; at: Date; secret: string },
): Promise<Record<string, string>> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const key = await crypto.subtle.importKey('raw', bytesOf(secret), HMAC, false, ['sign']);
  const signed = new TextEncoder().encode(`${id}.${seconds}.${body}`);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed));
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${toBase64(signature)}`,
  };
}

/** Who sent it too long ago, or will send it, is not believed: what was overheard is of no use. */
const TOLERANCE_MS = 5 * 60_000;
/** A sender that changes its secret signs with both; nobody has more than a few. */
const MOST_SIGNATURES = 10;

/**
 * Whether a body and its headers (names in lower case) were signed with this secret, a moment ago. Signatures are compared in
 * constant time.
 */
export async function isSigned(
  body: Uint8Array,
  headers: Readonly<Record<string, string | undefined>>,
  { secret, now }: { secret: string; now: Date },
): Promise<boolean> {
  const { 'webhook-id': id, 'webhook-timestamp': seconds = '', 'webhook-signature': listed = '' } = headers;
  if (!id || !/^\d{1,12}$/.test(seconds)) return false;
  if (Math.abs(now.getTime() - Number(seconds) * 1000) > TOLERANCE_MS) return false;
  const key = await crypto.subtle.importKey('raw', bytesOf(secret), HMAC, false, ['verify']);
  const head = new TextEncoder().encode(`${id}.${seconds}.`);
  const signed = new Uint8Array([...head, ...body]);
  for (const each of listed.split(' ').slice(0, MOST_SIGNATURES)) {
    const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(each) ?? [];
    if (base64 === undefined) continue;
    const signature = fromBase64(base64);
    if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true;
  }
  return false;
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

function bytesOf(secret: string): Uint8Array<ArrayBuffer> {
  const [, base64] = /^whsec_(.*)$/.exec(secret) ?? [];
  if (base64 === undefined) return new TextEncoder().encode(secret);
  try {
    return fromBase64(base64);
  } catch {
    throw new CrmflowError(
      'unprocessable',
      'The stored key begins with whsec_, but what follows is no base64. Store it anew, as the receiver shows it.',
    );
  }
}
