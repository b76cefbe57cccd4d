import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { CrmflowError } from '../errors.ts';
import type { Sealer } from '../ports.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  bytes: Buffer;
  /** For fingerprints: no key serves two purposes. */
  mark: Buffer;
  /** Says which key sealed a text, and nothing about the key. */
  version: string;
}

/** 32 bytes from whatever length was configured, by HKDF-SHA256 (RFC 5869). */
function keyFrom(secret: string): Key {
  const derived = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const bytes = derived('crmflow sealed secrets');
  const mark = derived('crmflow fingerprints');
  return { bytes, mark, version: `v1.${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}` };
}

/**
 * AES-256-GCM (NIST SP 800-38D): `version.base64url(iv, tag, text)`, the context as additional data.
 * What the previous key sealed is still read.
 */
export function createSealer(secret: string, previousSecret?: string): Sealer {
  const present = keyFrom(secret);
  const keys = [present, ...(previousSecret ? [keyFrom(previousSecret)] : [])];

  return {
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, present.bytes, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${present.version}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
    },
    open(sealed, context) {
      const at = sealed.lastIndexOf('.');
      const key = keys.find(({ version }) => version === sealed.slice(0, at));
      if (!key)
        throw unreadable(
          'it was sealed with another ENCRYPTION_KEY. Set that one as ENCRYPTION_KEY_PREVIOUS',
        );
      const bytes = Buffer.from(sealed.slice(at + 1), 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed.slice(at + 1))
        throw unreadable('it was changed or cut');
      const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
        return text.toString('utf8');
      } catch (cause) {
        throw unreadable('it was changed, or belongs to somebody else', cause);
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${present.version}.`),
    fingerprints(text) {
      const [first, ...others] = keys.map(({ mark }) =>
        createHmac('sha256', mark).update(text).digest('hex'),
      );
      return [first!, ...others];
    },
  };
}

/** Opens what there is and seals nothing: what it sealed could be opened by nobody once this process has ended. */
export const opening = (sealer: Sealer): Sealer => ({
  ...sealer,
  seal() {
    throw new CrmflowError(
      'invalid_input',
      'ENCRYPTION_KEY is not set, so nobody could open this secret again. Set it to the one that the servers of this database have.',
    );
  },
});

const unreadable = (why: string, cause?: unknown) =>
  new CrmflowError('internal', `A stored secret cannot be read: ${why}.`, undefined, { cause });
