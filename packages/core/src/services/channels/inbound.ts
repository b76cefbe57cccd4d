import { CrmflowError } from '../../errors.ts';
import { fromBase64 } from '../../nodes/integration/base64.ts';
import type { Channel } from '../../session/session.ts';

/** A request that Twilio has made, as it came. */
export interface TwilioRequest {
  workflowId: string;
  /** Path and query, as they were asked for. */
  path: string;
  /** Of the form, in order. */
  params: readonly (readonly [name: string, value: string])[];
  /** Of the header X-Twilio-Signature. */
  signature: string | undefined;
}

/** Somebody has written a message. */
export interface Written {
  kind: 'message';
  sid: string;
  channel: Channel;
  text: string;
  media: readonly { url: string; mimeType: string }[];
  /** The person tells Twilio not to write to them any more, or to write again. */
  consent: 'granted' | 'withdrawn' | null;
}
/** Something of a call: it begins, what was said or pressed, nothing was, or it is over. */
export interface Called {
  kind: 'call';
  sid: string;
  channel: Channel;
  isOver: boolean;
  digits: string;
  speech: string;
  /** How it went with a number that was dialled for the caller; empty when none was. */
  dialled: string;
}

/**
 * Whether Twilio, which has the token, has signed this: HMAC-SHA1 of the address as it was called and of all parameters by
 * name, each name with its value (www.twilio.com/docs/usage/security). An empty token signs nothing.
 */
export async function isSigned(
  url: string,
  { params, signature }: Pick<TwilioRequest, 'params' | 'signature'>,
  token: string,
): Promise<boolean> {
  if (token === '' || signature === undefined) return false;
  const utf8 = new TextEncoder();
  const key = await crypto.subtle.importKey('raw', utf8.encode(token), HMAC, false, ['verify']);
  // It compares in constant time.
  return crypto.subtle.verify('HMAC', key, bytesOf(signature), utf8.encode(url + signedText(params)));
}
const HMAC = { name: 'HMAC', hash: 'SHA-1' };

/** Of a name that comes several times, each value counts once. */
function signedText(params: TwilioRequest['params']): string {
  const pairs = new Map(params.map(([name, value]) => [`${name}\n${value}`, [name, value] as const]));
  return [...pairs.values()]
    .sort(([name, value], [other, another]) =>
      name === other ? compared(value, another) : compared(name, other),
    )
    .map(([name, value]) => name + value)
    .join('');
}
const compared = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(base64);
  } catch {
    return new Uint8Array();
  }
}

const MOST_MEDIA = 10;

/**
 * What a request tells (www.twilio.com/docs/messaging/guides/webhook-request and www.twilio.com/docs/voice/twiml); null for
 * news of what we have sent ourselves.
 */
export function readRequest(params: TwilioRequest['params']): Written | Called | null {
  const given = new Map(params);
  const of = (name: string) => given.get(name) ?? '';
  const [own, peer] = [of('To'), of('From')];
  if (given.has('CallSid'))
    return {
      kind: 'call',
      sid: of('CallSid'),
      channel: { kind: 'voice', peer: peer || 'anonymous', own },
      isOver: OVER.has(of('CallStatus')),
      digits: of('Digits'),
      speech: of('SpeechResult'),
      dialled: of('DialCallStatus'),
    };
  if (given.has('MessageStatus')) return null;
  if (!of('MessageSid') || !peer || !own)
    throw new CrmflowError('invalid_input', 'This is neither a message nor a call: MessageSid is missing.');
  const isWhatsApp = peer.startsWith(WHATSAPP);
  return {
    kind: 'message',
    sid: of('MessageSid'),
    channel: { kind: isWhatsApp ? 'whatsapp' : 'sms', peer: bare(peer), own: bare(own) },
    text: of('Body'),
    consent: consentIn(of('OptOutType') || (isWhatsApp ? '' : of('Body'))),
    media: Array.from({ length: Math.min(Number(of('NumMedia')) || 0, MOST_MEDIA) }, (_, at) => ({
      url: of(`MediaUrl${at}`),
      mimeType: of(`MediaContentType${at}`),
    })),
  };
}

/**
 * What Twilio's own words say (www.twilio.com/docs/messaging/tutorials/advanced-opt-out). Of those that its default takes for
 * stop and start, the ones are left out that answer a question as well: cancel, end, quit and yes.
 */
function consentIn(word: string): Written['consent'] {
  const said = word.trim().toUpperCase();
  return STOP.has(said) ? 'withdrawn' : START.has(said) ? 'granted' : null;
}
const STOP = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'REVOKE', 'OPTOUT']);
const START = new Set(['START', 'UNSTOP']);

const OVER = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);
const WHATSAPP = 'whatsapp:';
const bare = (address: string) => (address.startsWith(WHATSAPP) ? address.slice(WHATSAPP.length) : address);

/** How Twilio is told whom a message goes to and comes from. */
export const addressed = ({ kind }: Channel, number: string): string =>
  kind === 'whatsapp' ? `${WHATSAPP}${number}` : number;
