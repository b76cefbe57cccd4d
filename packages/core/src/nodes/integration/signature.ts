import { CrmflowError } from '../../errors.ts';

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
    'webhook-signature': `v1,${btoa(String.fromCharCode(...signature))}`,
  };
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

function bytesOf(secret: string): Uint8Array<ArrayBuffer> {
  const [, base64] = /^whsec_(.*)$/.exec(secret) ?? [];
  if (base64 === undefined) return new TextEncoder().encode(secret);
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new CrmflowError(
      'unprocessable',
      'The stored key begins with whsec_, but what follows is no base64. Store it anew, as the receiver shows it.',
    );
  }
}
