import { z } from 'zod';
import type { AiProvider, ModelRequest, Secret } from '../../ports.ts';
import { Failure, type Subject } from './failure.ts';
import { jsonIn, lineTo, mustStream, type Call } from './line.ts';
import { answerIn } from './openai-answer.ts';
import { bodyOf, plainer } from './openai-request.ts';
import { patiently, patientlyOne } from './patience.ts';
import type { Needs } from './providers.ts';
import { recordingNamed } from './recording.ts';
import { textsOf } from './usage.ts';
import { slicesOf, unitVectors } from './vectors.ts';

const OPENAI = 'https://api.openai.com/v1';
const EMBED_BATCH = 96;

/** What OpenAI calls its models; another server has others, if any. */
const MODELS = {
  model: 'gpt-4o-mini',
  embeddingModel: 'text-embedding-3-small',
  transcriptionModel: 'whisper-1',
};

/**
 * OpenAI, or a server that speaks its protocol (Ollama, vLLM, LM Studio, …) at `secret.parts.baseUrl`. Such a server's
 * models are named beside its key: `model`, `embeddingModel`, `transcriptionModel`.
 */
export function openai({ parts }: Secret, needs: Needs): AiProvider {
  const { key = '' } = parts;
  const baseUrl = (parts.baseUrl ?? needs.baseUrls?.openai ?? OPENAI).replace(/\/+$/, '');
  const isOpenai = parts.baseUrl === undefined;
  const name = 'openai';
  const label = isOpenai ? 'OpenAI' : 'The server of "openai"';
  const { waiting } = needs;
  const auth = { header: 'authorization', value: key && `Bearer ${key}`, key };
  const line = lineTo({ ...needs, baseUrl, auth, totalMs: waiting.limits.totalMs });
  const {
    embeddingModel,
    transcriptionModel,
    model: defaultModel = needs.defaultModels?.openai ?? MODELS.model,
  } = isOpenai ? { ...MODELS, model: undefined, ...parts } : parts;

  const post = (path: string, body: unknown, call: Omit<Call, 'url'>) =>
    line({
      ...call,
      url: `${baseUrl}${path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const once = <T>(
    signal: AbortSignal,
    subject: Partial<Subject>,
    work: (signal: AbortSignal) => Promise<T>,
  ) => patientlyOne(work, { ...waiting, signal, subject: { label, name, ...subject } });

  /** Once more without what the server does not know, as long as there is something to leave out. */
  async function ask(request: ModelRequest, signal: AbortSignal) {
    const asked = textsOf(request);
    let body = bodyOf(request, isOpenai ? 'max_completion_tokens' : 'max_tokens');
    for (let left = 3; ; left--) {
      try {
        return await post('/chat/completions', body, { signal, asked });
      } catch (cause) {
        const isRefused = cause instanceof Failure && cause.reason === 'refused';
        const next = isRefused && left > 0 ? plainer(body, saidIn(cause)) : null;
        if (!next) throw cause;
        body = next;
      }
    }
  }

  async function vectorsOf(model: string, texts: readonly string[], signal: AbortSignal) {
    const answer = await post(
      '/embeddings',
      { model, input: texts, encoding_format: 'float' },
      { signal, asked: texts },
    );
    const { data: rows } = await jsonIn(answer.body, Embeddings);
    const inOrder = [...rows].sort((a, b) => a.index - b.index);
    return unitVectors(
      inOrder.map(({ embedding }) => embedding),
      texts.length,
    );
  }

  return {
    name,
    defaultModel,
    async *stream(request, signal) {
      yield* patiently(
        async function* (signal) {
          const answer = await ask(request, signal);
          mustStream(answer);
          yield* answerIn(answer.body, request);
        },
        { ...waiting, signal, subject: { label, name, ...request } },
      );
    },
    ...(embeddingModel && {
      embed: {
        model: embeddingModel,
        async vectors(texts, _purpose, signal) {
          const vectors: Float32Array[] = [];
          for (const slice of slicesOf(texts, EMBED_BATCH))
            vectors.push(
              ...(await once(signal, { model: embeddingModel }, (signal) =>
                vectorsOf(embeddingModel, slice, signal),
              )),
            );
          return vectors;
        },
      },
    }),
    ...(transcriptionModel && {
      transcribe: (audio, signal) =>
        once(signal, { model: transcriptionModel }, async (signal) => {
          const form = new FormData();
          form.set('model', transcriptionModel);
          form.set('file', new Blob([audio.bytes], { type: audio.mimeType }), recordingNamed(audio.mimeType));
          const sent = new Response(form);
          const { body } = await line({
            url: `${baseUrl}/audio/transcriptions`,
            headers: { 'content-type': sent.headers.get('content-type')! },
            body: new Uint8Array(await sent.arrayBuffer()),
            signal,
          });
          return (await jsonIn(body, Transcript)).text;
        }),
    }),
    check: (signal) =>
      once(signal, {}, async (signal) => {
        const { body } = await line({ method: 'GET', url: `${baseUrl}/models`, signal });
        await jsonIn(body, Models);
      }),
  };
}

const Embeddings = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })),
});
const Transcript = z.object({ text: z.string() });
const Models = z.object({ data: z.array(z.unknown()).nullable() });

const saidIn = ({ complaint }: Failure) => `${complaint?.param} ${complaint?.message}`;
