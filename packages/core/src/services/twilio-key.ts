import { CrmflowError, reasonOf } from '../errors.ts';
import { basic, TWILIO_API } from '../nodes/integration/twilio.ts';
import type { Http, Secret } from '../ports.ts';

const TIMEOUT_MS = 15_000;

/**
 * Asks Twilio for the account a key is of (www.twilio.com/docs/iam/api/account), which costs nothing.
 * @throws CrmflowError `unavailable`, with the reason, when Twilio does not know it, or does not answer
 */
export async function tryTwilioKey({ parts }: Secret, http: Http): Promise<void> {
  const { accountSid = '', authToken = '' } = parts;
  const { status } = await http
    .send({
      method: 'GET',
      url: `${TWILIO_API}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}.json`,
      onlyOrigin: TWILIO_API,
      headers: { accept: 'application/json', authorization: basic(accountSid, authToken) },
      timeoutMs: TIMEOUT_MS,
      maxRedirects: 0,
      maxBytes: 100_000,
      signal: new AbortController().signal,
    })
    .catch((cause: unknown) => {
      throw new CrmflowError(
        'unavailable',
        'Twilio could not be asked. Try again later.',
        { reason: reasonOf(cause) },
        { cause },
      );
    });
  if (status === 200) return;
  throw REFUSED.has(status)
    ? new CrmflowError(
        'unavailable',
        `Twilio does not take this accountSid with this authToken (${status}). Store both anew: crmflow keys set twilio`,
        { reason: 'key_refused' },
      )
    : new CrmflowError('unavailable', `Twilio answered ${status}. Try again later.`, { reason: 'provider' });
}
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404]);
