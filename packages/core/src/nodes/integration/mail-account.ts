import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { saidOf } from '../../language/issue.ts';
import type { Letter, MailAccount, Secret } from '../../ports.ts';
import { readEmail } from '../listen/read/email.ts';

/** What the key `smtp` consists of. */
const Parts = z
  .object({
    host: z.string().regex(/^[^\s/@]{1,253}$/, 'a host looks like mail.example.com'),
    port: z.coerce.number().int().min(1).max(65_535).default(587),
    from: z.string(),
    user: z.string().optional(),
    pass: z.string().optional(),
    /** `tls`, the usual one for port 465, `starttls`, or `none`. */
    secure: z.enum(['tls', 'starttls', 'none'], 'it is tls, starttls or none').optional(),
  })
  .refine(({ user, pass }) => (user === undefined) === (pass === undefined), {
    path: ['user'],
    error: 'user and pass belong together',
  });

/**
 * The server and the sender that a stored key `smtp` names. Refuses one that cannot be used (`unprocessable`), by the name
 * of the part.
 */
export function accountIn(parts: Secret['parts']): { account: MailAccount; from: Letter['from'] } {
  const read = Parts.safeParse(parts);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw unusable(String(issue!.path[0]), saidOf(issue!));
  }
  const { host, port, from, user, pass, secure } = read.data;
  return {
    account: {
      host: host.toLowerCase(),
      port,
      security: secure ?? (port === 465 ? 'tls' : 'starttls'),
      ...(user !== undefined && pass !== undefined && { login: { user, pass } }),
    },
    from: senderIn(from),
  };
}

/** `Ada <ada@example.com>`, or the address alone. */
function senderIn(text: string): Letter['from'] {
  const read = readEmail(text);
  if (!read.ok) throw unusable('from', 'it is written like Ada <ada@example.com>');
  const [, name = ''] = /^([^<]*)</.exec(text) ?? [];
  return { name: name.replace(/["\p{Cc}]/gu, '').trim(), address: read.value };
}

const unusable = (part: string, message: string) =>
  new CrmflowError(
    'unprocessable',
    `The part ${part} of the key smtp cannot be used: ${message}. Store it anew: crmflow keys set smtp`,
  );
