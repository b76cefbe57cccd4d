import { z } from 'zod';
import { isMap, type Json } from '../../language/json.ts';
import type { HttpRequest, HttpResponse, Unsent } from '../../ports.ts';
import { template, type Text } from '../data.ts';
import type { EffectContext } from '../node.ts';
import { jsonIn } from './answer.ts';
import { toBase64 } from './base64.ts';
import { pause } from './call.ts';
import { unsentBy } from './door.ts';
import { refused, sending, whyNotAsked, type Sent } from './sending.ts';
import { refusalOf } from './twilio-refusals.ts';

/** What a message and a call have in common. */
export const twilioFields = {
  to: template().meta({ description: 'The number, as E.164: +4930123456, or what is filled in as one.' }),
  ...sending,
  timeoutSeconds: z.number().min(0.1).max(60).default(15),
};
interface Data {
  to: Text;
  timeoutSeconds: number;
  necessary: boolean;
}
/** What it takes to reach a number. */
export type Reach = Pick<EffectContext, 'http' | 'secret' | 'countries' | 'mayReach' | 'signal'>;
interface Asked {
  to: string;
  timeoutMs: number;
  /** How Twilio is told the number. */
  address?: ((number: string) => string) | undefined;
  /** Beside `To`. */
  fields: readonly [string, string][];
}

export const TWILIO_API = 'https://api.twilio.com';
/** Only where nothing can have been taken: it gave no connection, or said that it was asked too often. */
const RETRIES = 2;
const MOST_PATIENCE_MS = 10_000;

/** As `createAt`, for a node. */
export async function askTwilio(
  resource: 'Messages' | 'Calls',
  { timeoutSeconds, ...data }: Data,
  ctx: EffectContext,
  { way, ...asked }: Pick<Asked, 'address' | 'fields'> & { way: 'sms' | 'whatsapp' | 'call' },
): Promise<Sent> {
  const to = data.to.render(ctx.scope).trim();
  const unwanted = await whyNotAsked(data, ctx, way, [to]);
  if (unwanted) return unwanted;
  const sent = await createAt(resource, { to, timeoutMs: timeoutSeconds * 1000, ...asked }, ctx);
  if (isUnsubscribed(sent)) await ctx.noteWithdrawn(way, to);
  return sent;
}

/** Whether Twilio does not send it since whoever has the number has told it to stop. */
export const isUnsubscribed = (sent: Sent): boolean =>
  sent.kind === 'refused' && sent.reason === 'unsubscribed';

/**
 * Creates a message or a call by Twilio's REST API (2010-04-01, as www.twilio.com/docs describes its resources `Messages`
 * and `Calls`), after what may not be written to or called was refused.
 */
export async function createAt(
  resource: 'Messages' | 'Calls',
  { to, timeoutMs, address = (number) => number, fields }: Asked,
  reach: Reach,
): Promise<Sent> {
  const { whyNotTo } = await import('./number.ts');
  const wrong = whyNotTo(to, reach.countries);
  if (wrong) return wrong;
  const secret = await reach.secret('twilio');
  const { accountSid, authToken } = secret?.parts ?? {};
  if (accountSid === undefined || authToken === undefined) return NO_KEY;
  if (!(await reach.mayReach(to))) return TOO_OFTEN;
  return sendPatiently(reach, {
    method: 'POST',
    url: `${TWILIO_API}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/${resource}.json`,
    onlyOrigin: TWILIO_API,
    headers: {
      accept: 'application/json',
      authorization: basic(accountSid, authToken),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams([['To', address(to)], ...fields]).toString(),
    timeoutMs,
    maxRedirects: 0,
    maxBytes: 100_000,
    signal: reach.signal,
  });
}

async function sendPatiently({ http, signal }: Reach, request: HttpRequest): Promise<Sent> {
  for (let attempt = 0; ; attempt++) {
    const { sent, againMs } = await http.send(request).then(answered, (cause: unknown) => {
      const unsent = unsentBy(cause);
      return { sent: unsent, againMs: unsent.kind === 'unavailable' ? 300 * 2 ** attempt : undefined };
    });
    if (againMs === undefined || attempt === RETRIES) return sent;
    await pause(againMs, signal);
  }
}

/** How an account shows who it is. */
export const basic = (user: string, password: string): string =>
  `Basic ${toBase64(new TextEncoder().encode(`${user}:${password}`))}`;

const NO_KEY = refused(
  'no_key',
  'Nothing was sent. There is no stored key twilio. The workflow’s owner stores it: crmflow keys set twilio',
);
const TOO_OFTEN = refused(
  'too_often',
  'Nothing was sent. As much went to this number of late as settings.sending.perNumber allows.',
);

/** What an answer means, and after how long it may be asked again where that is safe. */
function answered({ status, headers, body }: HttpResponse): { sent: Sent; againMs?: number | undefined } {
  const answer = objectIn(body);
  if (status >= 200 && status < 300) return { sent: taken(answer) };
  if (status === 429) {
    const askedMs = Number(headers['retry-after']) * 1000;
    return { sent: BUSY, againMs: askedMs > 0 && askedMs <= MOST_PATIENCE_MS ? askedMs : undefined };
  }
  return { sent: refusalOf(status, answer['code']) };
}

const BUSY: Unsent = {
  kind: 'unavailable',
  reason: 'rate_limited',
  message: 'Nothing was sent. Twilio was asked too often; try again later.',
};

function taken({ sid, status }: { [name: string]: Json }): Sent {
  if (typeof sid === 'string') return { kind: 'sent', result: { sid, status: status ?? null } };
  return {
    kind: 'unknown',
    reason: 'malformed',
    message: 'Twilio has answered, but not in its own way: nobody knows whether it went out.',
  };
}

function objectIn(body: Uint8Array): { [name: string]: Json } {
  const value = jsonIn(body);
  return isMap(value) ? value : {};
}
