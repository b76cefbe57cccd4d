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
  const { code, responseCode, command = '' } = cause as SMTPConnection.SMTPError;
  if (code === 'EAUTH')
    return {
      kind: 'refused',
      reason: 'auth',
      message: `Nothing was sent. ${host} does not accept user and pass of the key smtp. Store it anew: crmflow keys set smtp`,
    };
  if (code === 'ETLS')
    return {
      kind: 'unavailable',
      reason: 'tls',
      message: `Nothing was sent. ${host} gives no secure connection. Check its certificate, and the part secure of the key smtp.`,
    };
  if (responseCode !== undefined) return answered(responseCode, { host, command });
  if (code === 'EMESSAGE')
    return {
      kind: 'refused',
      reason: 'too_large',
      message: `Nothing was sent. The e-mail is larger than ${host} takes.`,
    };
  return isHanded
    ? {
        kind: 'unknown',
        reason: 'cut',
        message: `${host} broke off before it said whether it has the e-mail.`,
      }
    : {
        kind: 'unavailable',
        reason: 'connect',
        message: `Nothing was sent. ${host} broke off before it took anything. Try again later.`,
      };
}

/** By RFC 5321, 4xx is another time and 5xx is never. */
function answered(status: number, { host, command }: { host: string; command: string }): Unsent {
  if (status < 500)
    return {
      kind: 'unavailable',
      reason: 'busy',
      message: `Nothing was sent. ${host} does not take it now (status ${status}). Try again later.`,
    };
  const isRecipient = command.startsWith('RCPT');
  return {
    kind: 'refused',
    reason: isRecipient ? 'recipient' : 'rejected',
    message: `Nothing was sent. ${host} does not take ${isRecipient ? 'the recipient' : 'the e-mail'} (status ${status}).`,
  };
}
