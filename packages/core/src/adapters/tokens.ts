import { createSecretKey } from 'node:crypto';
import type { Clock, Tokens } from '../ports.ts';

const CRMFLOW = 'crmflow';
let fetched: Promise<typeof import('jsonwebtoken')> | undefined;
/** Fetched with the first token, as a conversation in a terminal has none; and once, since every `import` is looked up again. */
const load = () => (fetched ??= import('jsonwebtoken').then((library) => library.default));
const SEVEN_DAYS = 7 * 24 * 60 * 60;

/** JSON Web Tokens (RFC 7519), HS256 alone, for seven days. */
export function createTokens(secret: string, clock: Clock): Tokens {
  // Made once: from a text, the library makes a key at every call.
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  const seconds = () => Math.floor(clock.now().getTime() / 1000);

  return {
    async issue({ userId, epoch }) {
      const jwt = await load();
      return jwt.sign({ epoch, iat: seconds() }, key, {
        algorithm: 'HS256',
        subject: userId,
        issuer: CRMFLOW,
        audience: CRMFLOW,
        expiresIn: SEVEN_DAYS,
      });
    },
    async read(token) {
      const jwt = await load();
      try {
        const { header, payload } = jwt.verify(token, key, {
          algorithms: ['HS256'],
          issuer: CRMFLOW,
          audience: CRMFLOW,
          clockTimestamp: seconds(),
          complete: true,
        });
        if (typeof payload === 'string') return null;
        const { sub, exp, epoch } = payload as Record<string, unknown>;
        // A token without an end, or whose head points to a key, is none of ours.
        const isOurs =
          Object.keys(header).every((name) => name === 'alg' || name === 'typ') &&
          typeof sub === 'string' &&
          typeof exp === 'number' &&
          typeof epoch === 'number';
        return isOurs ? { userId: sub, epoch } : null;
      } catch {
        return null;
      }
    },
  };
}
