import { z } from 'zod';
import { template } from '../data.ts';
import { defineEffect, type EffectContext } from '../node.ts';
import { atMostOnce, refused, sendingFaults } from './sending.ts';
import { ownNumber } from './sender.ts';
import { askTwilio, twilioFields } from './twilio.ts';
import { response, say } from './twiml.ts';

const Data = z.strictObject({
  ...twilioFields,
  /** A number of the account's. */
  from: ownNumber(),
  /** What is read out. */
  text: template(),
  /** BCP 47: `de-DE`; that of the workflow's settings when absent. */
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'a language is written like de-DE')
    .optional(),
  /** As Twilio names it: `alice`, `Polly.Vicki`. */
  voice: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, 'a voice is letters, digits, dots and hyphens')
    .optional(),
});
type Data = z.output<typeof Data>;

/** That Twilio takes with a call, in UTF-16 units. */
const MOST_CHARS = 4_000;

export const twilioCall = defineEffect({
  type: 'integration',
  kind: 'twilio_call',
  summary: 'Calls a number through Twilio and reads a text out, at most once.',
  data: Data,
  faults: sendingFaults,
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'any']] : []),
  run: (data, ctx) => atMostOnce(data, ctx, () => call(data, ctx)),
});

async function call(data: Data, ctx: EffectContext) {
  const text = data.text.render(ctx.scope);
  if (text.trim() === '') return refused('empty', 'Nobody was called. The text is empty.');
  const { voice, language = ctx.scope.language } = data;
  const twiml = response([say(text, { language, voice })]);
  if (twiml.length > MOST_CHARS)
    return refused(
      'too_long',
      `Nobody was called. The text is too long: a call takes ${MOST_CHARS} characters.`,
    );
  return askTwilio('Calls', data, ctx, {
    way: 'call',
    fields: [
      ['From', data.from],
      ['Twiml', twiml],
    ],
  });
}
