import { z } from 'zod';
import type { Unsent } from '../../ports.ts';
import { template } from '../data.ts';
import { defineEffect, type EffectContext } from '../node.ts';
import { atMostOnce, refused, sendingFaults } from './sending.ts';
import { senderName } from './sender.ts';
import { askTwilio, twilioFields } from './twilio.ts';

const Data = z.strictObject({
  ...twilioFields,
  channel: z.enum(['sms', 'whatsapp']).default('sms'),
  /** Who sends: a number of the account's, or for text messages a name. */
  from: senderName().optional(),
  /** In place of `from`: a service that chooses the sender. */
  messagingServiceSid: z
    .string()
    .regex(/^MG[0-9a-fA-F]{32}$/, 'it begins with MG and 32 digits from 0 to f follow')
    .optional(),
  text: template(),
  /** Addresses of what is sent along; Twilio fetches them. */
  media: z.array(template()).max(10).default([]),
});
type Data = z.output<typeof Data>;

/** That Twilio takes, in UTF-16 units. */
const MOST_CHARS = 1_600;

export const twilioMessage = defineEffect({
  type: 'integration',
  kind: 'twilio_message',
  summary: 'Sends a text message or a WhatsApp message through Twilio, at most once.',
  data: Data,
  faults: sendingFaults,
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'any']] : []),
  problems: ({ from, messagingServiceSid, channel }) => {
    if ((from === undefined) === (messagingServiceSid === undefined))
      return [{ field: 'from', message: 'give one of from and messagingServiceSid' }];
    if (channel === 'whatsapp' && from !== undefined && !from.startsWith('+'))
      return [{ field: 'from', message: 'WhatsApp messages come from a number, +4930123456' }];
    return [];
  },
  run: (data, ctx) => atMostOnce(data, ctx, () => send(data, ctx)),
});

async function send(data: Data, ctx: EffectContext) {
  const text = data.text.render(ctx.scope);
  const media = data.media.map((url) => url.render(ctx.scope).trim());
  const wrong = whyNot(text, media);
  if (wrong) return wrong;
  const address = (number: string) => (data.channel === 'whatsapp' ? `whatsapp:${number}` : number);
  const fields: [string, string][] = [
    data.from === undefined
      ? ['MessagingServiceSid', data.messagingServiceSid!]
      : ['From', address(data.from)],
    ...(text ? [['Body', text] satisfies [string, string]] : []),
    ...media.map((url): [string, string] => ['MediaUrl', url]),
  ];
  return askTwilio('Messages', data, ctx, { way: data.channel, address, fields });
}

function whyNot(text: string, media: readonly string[]): Unsent | undefined {
  if (text.trim() === '' && media.length === 0)
    return refused('empty', 'Nothing was sent. The text is empty.');
  if (text.length > MOST_CHARS)
    return refused(
      'too_long',
      `Nothing was sent. The text has ${text.length} characters, and a message takes ${MOST_CHARS}.`,
    );
  if (!media.every((url) => /^https?:\/\/[^\s@]+$/i.test(url) && URL.canParse(url)))
    return refused('media', 'Nothing was sent. The address of what was to be sent along cannot be read.');
  return undefined;
}
