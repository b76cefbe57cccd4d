import type { HttpResponse, Unsent } from '../../ports.ts';
import type { EffectContext, Made, Published } from '../node.ts';
import { jsonIn } from './answer.ts';
import { sendWithRetries } from './call.ts';
import { undoneBy } from './door.ts';
import { readPath } from './path.ts';
import { refused } from './sending.ts';

/** How ElevenLabs writes sound, and what that is called on the web. */
export const speechFormats = {
  mp3_44100_128: 'audio/mpeg',
  mp3_44100_64: 'audio/mpeg',
  mp3_22050_32: 'audio/mpeg',
  opus_48000_64: 'audio/ogg',
} as const;

export interface Speech {
  text: string;
  /** As ElevenLabs numbers it. */
  voice: string;
  model: string;
  format: keyof typeof speechFormats;
  /** ISO 639-1, for models that take one. */
  language?: string | undefined;
  timeoutSeconds: number;
}

const API = 'https://api.elevenlabs.io';
const MOST_CHARS = 5_000;
const MOST_BYTES = 10_000_000;
const RETRIES = 2;

/**
 * A text as sound, at an address that Twilio and browsers can fetch; what was said before with the same voice is not made
 * again. By ElevenLabs' REST API (elevenlabs.io/docs/api-reference/text-to-speech/convert), with its owner's key `elevenlabs`.
 */
export async function speechOf(speech: Speech, ctx: EffectContext): Promise<Published | Unsent> {
  const { text, voice, model, format, language = '' } = speech;
  if (text.trim() === '') return refused('empty', 'Nothing was said. The text is empty.');
  if (text.length > MOST_CHARS)
    return refused('too_long', `Nothing was said. The text has more than ${MOST_CHARS} characters.`);
  const from = ['elevenlabs', voice, model, format, language, text].join('\n');
  return ctx.publish(from, () => made(speech, ctx));
}

async function made(speech: Speech, ctx: EffectContext): Promise<Made | Unsent> {
  const { text, voice, model, format, language, timeoutSeconds } = speech;
  const key = (await ctx.secret('elevenlabs'))?.parts.key;
  if (key === undefined) return NO_KEY;
  const request = {
    method: 'POST',
    url: `${API}/v1/text-to-speech/${encodeURIComponent(voice)}?output_format=${format}`,
    onlyOrigin: API,
    headers: { accept: speechFormats[format], 'content-type': 'application/json', 'xi-api-key': key },
    secretHeaders: ['xi-api-key'],
    body: JSON.stringify({
      text,
      model_id: model,
      ...(language !== undefined && { language_code: language }),
    }),
    timeoutMs: timeoutSeconds * 1000,
    firstByteMs: timeoutSeconds * 1000,
    maxRedirects: 0,
    maxBytes: MOST_BYTES,
    signal: ctx.signal,
  };
  // What it makes is paid for: asked again only where nothing can have been made.
  const answer = await sendWithRetries(request, { retries: RETRIES, isRepeatable: false }, ctx).catch(
    undoneBy,
  );
  if ('kind' in answer) return answer;
  if (answer.status < 200 || answer.status >= 300) return refusalOf(answer);
  if (!/^audio\//i.test(answer.headers['content-type'] ?? '') || answer.body.length === 0) return NO_SOUND;
  return { name: 'speech', mimeType: speechFormats[format], bytes: new Uint8Array(answer.body) };
}

/** Its own sentences may repeat the text; ours are told in their place, with its word for it. */
function refusalOf({ status, body }: HttpResponse): Unsent {
  const word = wordIn(body);
  const told = `(ElevenLabs, ${word ?? `status ${status}`})`;
  const say = (reason: string, sentence: string) => refused(reason, `Nothing was said. ${sentence} ${told}`);
  if (word === 'quota_exceeded') return say('quota', 'The account at ElevenLabs has used up what it may.');
  if (status === 429 || status >= 500)
    return {
      kind: 'unavailable',
      reason: status === 429 ? 'rate_limited' : 'provider',
      message: `Nothing was said. ElevenLabs has too much to do; try again later. ${told}`,
    };
  if (status === 401 || status === 403)
    return say(
      'auth',
      'ElevenLabs does not accept the key elevenlabs, or it may not do this. Store it anew: crmflow keys set elevenlabs',
    );
  if (status === 404 || word === 'voice_not_found') return say('voice', 'There is no such voice.');
  return say('rejected', 'It was refused: see voice, model, format and language.');
}

function wordIn(body: Uint8Array): string | undefined {
  const word = readPath(jsonIn(body), 'detail.status');
  return typeof word === 'string' && /^\w{1,60}$/.test(word) ? word : undefined;
}

const NO_KEY = refused(
  'no_key',
  'Nothing was said. There is no stored key elevenlabs. The workflow’s owner stores it: crmflow keys set elevenlabs',
);
const NO_SOUND: Unsent = {
  kind: 'unavailable',
  reason: 'malformed',
  message: 'Nothing was said. ElevenLabs has answered, but with no sound.',
};
