import { z } from 'zod';
import { template, variableName } from '../data.ts';
import { defineEffect, next } from '../node.ts';
import { speechFormats, speechOf } from './elevenlabs.ts';
import { notSent } from './sending.ts';

export const elevenlabsSpeech = defineEffect({
  type: 'integration',
  kind: 'elevenlabs_speech',
  summary: 'Says a text as sound, with a voice of ElevenLabs; the same text is made once.',
  data: z.strictObject({
    text: template(),
    voice: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'a voice is named by its id: letters and digits')
      .meta({ description: 'The id of a voice of the account at ElevenLabs.' }),
    model: z
      .string()
      .regex(/^\w{1,64}$/, 'a model is named like eleven_multilingual_v2')
      .default('eleven_multilingual_v2'),
    format: z.enum(Object.keys(speechFormats) as (keyof typeof speechFormats)[]).default('mp3_44100_128'),
    /** ISO 639-1, for models that take one: `de`. */
    language: z
      .string()
      .regex(/^[a-z]{2,3}$/, 'a language is written like de')
      .optional(),
    /** The variable that keeps its address. */
    saveAs: variableName().optional(),
    timeoutSeconds: z.number().min(0.1).max(120).default(30),
  }),
  faults: ['refused', 'unavailable'],
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'text']] : []),
  async run({ text: words, saveAs, ...how }, ctx) {
    const text = words.render(ctx.scope);
    const said = await speechOf({ text, ...how }, ctx);
    if (said.kind !== 'published') return notSent(said, ctx);
    const { url } = said;
    return next({
      say: [{ text: '', media: { kind: 'audio', url, alt: text } }],
      ...(saveAs !== undefined && { set: { [saveAs]: url } }),
    });
  },
});
