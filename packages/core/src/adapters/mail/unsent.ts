import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Unsent } from '../../ports.ts';
import { Failure, refusal } from '../http/failure.ts';

/** What an error means for an e-mail: before it was handed over, or in the middle, when the server may have it. */
export function unsentBy(cause: unknown, { host, isHanded }: { host: string; isHanded: boolean }): Unsent {
  if (cause instanceof Failure) {
    const { message } = refusal(cause, { host, isRedirected: false });
    const { reason } = cause;
    const isForbidden = reason === 'blocked_address' || reason === 'blocked_port';
    return { kind: isHanded ? 'unknown' : isForbidden ? 'refused' : 'unavailable', reason, message };
  }
  if (!(cause instanceof Error)) throw cause;
  const { code, originalCode, responseCode, command = '' } = cause as SMTPError;
  const refused = (reason: string, what: string): Unsent => ({
    kind: 'refused',
    reason,
    message: `${NOTHING} ${host} ${what}`,
  });
  const away = (reason: string, what: string): Unsent => ({
    kind: 'unavailable',
    reason,
    message: `${NOTHING} ${host} ${what}`,
  });
  if (code === 'EAUTH')
    return refused(
      'auth',
      'does not accept user and pass of the key smtp. Store it anew: crmflow keys set smtp',
    );
  if (code === 'ETLS') return away('tls', INSECURE);
  // By RFC 5321, 4xx is another time and 5xx is never.
  if (responseCode !== undefined && responseCode < 500)
    return away('busy', `does not take it now (status ${responseCode}). Try again later.`);
  if (responseCode !== undefined)
    return command.startsWith('RCPT')
      ? refused('recipient', `does not take the recipient (status ${responseCode}).`)
      : refused('rejected', `does not take the e-mail (status ${responseCode}).`);
  if (code === 'EMESSAGE') return refused('too_large', 'takes no e-mail as large as this one.');
  if (isHanded)
    return {
      kind: 'unknown',
      reason: 'cut',
      message: `${host} broke off before it said whether it has the e-mail.`,
    };
  if (originalCode !== undefined && !NETWORK.test(originalCode)) return away('tls', INSECURE);
  return away('connect', 'broke off before it took anything. Try again later.');
}
const NOTHING = 'Nothing was sent.';
const INSECURE = 'gives no secure connection. Check its certificate, and the part secure of the key smtp.';

/** `originalCode`, which its types do not know, is the code of an error of the socket. */
type SMTPError = SMTPConnection.SMTPError & { originalCode?: string };
/** Those of a plain connection; the others are of its encryption. */
const NETWORK = /^E(?:CONN|PIPE|TIMEDOUT|HOST|NET)/;
