import type { Json } from '../../language/json.ts';
import type { Unsent } from '../../ports.ts';

/**
 * What Twilio's answer that is none of the good ones means. Its own sentence may repeat the number or the text, so ours are
 * told in its place. Codes: www.twilio.com/docs/api/errors; there are more, and they are added to, hence the default.
 */
export function refusalOf(status: number, code: Json | undefined): Unsent {
  // In the middle of its work: nobody knows. Only a 503 says that it did not begin.
  if (status >= 500 && status !== 503)
    return {
      kind: 'unknown',
      reason: 'provider',
      message: `Twilio failed (status ${status}). Nobody knows whether it went out.`,
    };
  if (status === 503)
    return {
      kind: 'unavailable',
      reason: 'provider',
      message: 'Nothing was sent. Twilio is away; try again later.',
    };
  const known = typeof code === 'number' ? CODES.get(code) : undefined;
  const reason = known ?? (status === 401 || status === 403 ? 'auth' : 'rejected');
  const number = typeof code === 'number' ? `code ${code}` : `status ${status}`;
  return {
    kind: reason === 'queue_full' ? 'unavailable' : 'refused',
    reason,
    message: `Nothing was sent. ${SENTENCES[reason]} (Twilio, ${number})`,
  };
}

const SENTENCES = {
  auth: 'Twilio does not accept the key twilio. Store it anew: crmflow keys set twilio',
  account: 'The account at Twilio is suspended, is out of money, or may not do this.',
  invalid_number: 'The number cannot be reached in this way.',
  unsubscribed: 'Whoever has this number has told Twilio to stop.',
  country: 'The account at Twilio may not reach this country.',
  unverified_number: 'A trial account at Twilio reaches verified numbers alone.',
  sender: 'The sender is none of the account’s, or cannot do this.',
  too_long: 'The text is too long.',
  empty: 'There is no text.',
  media: 'What was to go with it cannot be sent.',
  queue_full: 'The sender has too much waiting to be sent.',
  window: 'WhatsApp takes free text only within a day of the person’s last message.',
  rejected: 'It was refused.',
} as const;
type Reason = keyof typeof SENTENCES;

const CODES = new Map<number, Reason>(
  Object.entries({
    auth: [20003, 20404],
    account: [20005, 20008, 30002, 30010],
    invalid_number: [13224, 13225, 21201, 21211, 21214, 21217, 21219, 21265, 21266, 21612, 21614, 21635],
    unsubscribed: [21610],
    country: [13227, 21215, 21216, 21408],
    unverified_number: [21608],
    sender: [21210, 21212, 21213, 21603, 21606, 21659, 21660, 21661, 21703, 63007],
    too_long: [21605, 21617],
    empty: [21602, 21619],
    media: [21620, 21623],
    queue_full: [21611],
    window: [63016],
  } satisfies Partial<Record<Reason, number[]>>).flatMap(([reason, codes]) =>
    codes.map((code) => [code, reason as Reason] as const),
  ),
);
