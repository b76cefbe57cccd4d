import { z } from 'zod';
import { template, type Text } from '../data.ts';
import { readEmail } from '../listen/read/email.ts';
import { defineEffect, type EffectContext } from '../node.ts';
import { accountIn } from './mail-account.ts';
import { escapeMarkup } from './markup.ts';
import { atMostOnce, refused, sending, sendingFaults, whyNotAsked, type Sent } from './sending.ts';

const MOST_RECIPIENTS = 20;

/** One address each: what fills it is never two. */
const recipients = () =>
  z
    .union([template(), z.array(template()).max(MOST_RECIPIENTS)], {
      error: `one address, or a list of up to ${MOST_RECIPIENTS}`,
    })
    .transform((given): Text[] => (Array.isArray(given) ? given : [given]));

const Data = z.strictObject({
  /** One address, or a list of them. */
  to: recipients(),
  cc: recipients().prefault([]),
  replyTo: template().optional(),
  subject: template(),
  text: template(),
  html: template().optional().meta({
    description: 'The same as HTML, for those who read it; what is filled in becomes no markup.',
  }),
  ...sending,
  timeoutSeconds: z.number().min(0.1).max(120).default(30),
});
type Data = z.output<typeof Data>;

export const sendEmail = defineEffect({
  type: 'integration',
  kind: 'email',
  summary: 'Sends an e-mail through a server of the owner’s own, at most once.',
  data: Data,
  faults: sendingFaults,
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'any']] : []),
  problems: ({ to, cc }) => {
    if (to.length === 0) return [{ field: 'to', message: 'it names nobody' }];
    if (to.length + cc.length > MOST_RECIPIENTS)
      return [{ field: 'cc', message: `an e-mail goes to ${MOST_RECIPIENTS} at most` }];
    return [];
  },
  run: (data, ctx) => atMostOnce(data, ctx, () => send(data, ctx)),
});

async function send({ timeoutSeconds, ...data }: Data, ctx: EffectContext): Promise<Sent> {
  const { scope, signal } = ctx;
  const to = data.to.map((each) => addressIn(each.render(scope)));
  const cc = data.cc.map((each) => addressIn(each.render(scope)));
  const replyTo = data.replyTo && addressIn(data.replyTo.render(scope));
  if (!areAddresses(to) || !areAddresses(cc) || replyTo === null) return NO_ADDRESS;
  const unwanted = await whyNotAsked(data, ctx, 'email', [...to, ...cc]);
  if (unwanted) return unwanted;
  const secret = await ctx.secret('smtp');
  if (!secret) return NO_KEY;
  const { account, from } = accountIn(secret.parts);
  const messageId = `${ctx.stepId.replace(/[^A-Za-z0-9-]/g, '.')}@${from.address.split('@')[1]}`;
  const letter = {
    messageId,
    from,
    to,
    cc,
    ...(replyTo && { replyTo }),
    subject: lineOf(data.subject.render(scope)),
    text: data.text.render(scope),
    ...(data.html && { html: data.html.render(scope, escapeMarkup) }),
  };
  const handed = await ctx.mail.send(letter, account, { timeoutMs: timeoutSeconds * 1000, signal });
  if (handed.kind !== 'sent') return handed;
  return { kind: 'sent', result: { messageId, refused: handed.refused } };
}

/** The one address in a text; null when there is none, or more. */
function addressIn(text: string): string | null {
  const read = readEmail(text);
  return read.ok ? read.value : null;
}
const areAddresses = (read: (string | null)[]): read is string[] => !read.includes(null);

/** A subject is one line; what a visitor fills it with may be many. */
function lineOf(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
  return line.length > 250 ? `${line.slice(0, 249)}…` : line;
}

const NO_ADDRESS = refused('no_address', 'Nothing was sent. A recipient or replyTo is no e-mail address.');
const NO_KEY = refused(
  'no_key',
  'Nothing was sent. There is no stored key smtp. The workflow’s owner stores it: crmflow keys set smtp',
);
