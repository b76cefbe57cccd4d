import { z } from 'zod';
import type { AiProvider, ModelRequest, Secret } from '../../ports.ts';
import { Failure } from './failure.ts';
import { jsonIn, lineTo, mustStream, type Line } from './line.ts';
import { answerIn } from './openai-answer.ts';
import { bodyOf, OPTIONAL_WORDS, plainer } from './openai-request.ts';
import { patiently, patientlyOne } from './patience.ts';
import type { Needs } from './providers.ts';
import { recordingNamed } from './recording.ts';
import { addingUp, textsOf } from './usage.ts';
import { inBatches, unitVectors } from './vectors.ts';

const OPENAI = 'https://api.openai.com/v1';
const MODEL = 'gpt-4o-mini';
/** What OpenAI has besides; another server may have others, or none. */
const OPENAI_MODELS = { embeddingModel: 'text-embedding-3-small', transcriptionModel: 'whisper-1' };
const EMBED_BATCH = 96;

/**
 * OpenAI, or a server that speaks its protocol (Ollama, vLLM, LM Studio, …) at `secret.parts.baseUrl`. Such a server's
 * models may be named beside its key: `model`, `embeddingModel`, `transcriptionModel`.
 */
export function openai({ parts }: Secret, { baseUrls, defaultModels, waiting, ...ends }: Needs): AiProvider {
  const isOpenai = parts.baseUrl === undefined;
  const baseUrl = (parts.baseUrl ?? baseUrls?.openai ?? OPENAI).replace(/\/+$/, '');
  const models: Record<string, string> = { ...(isOpenai && OPENAI_MODELS), ...parts };
  const { embeddingModel, transcriptionModel, model = defaultModels?.openai ?? MODEL, key = '' } = models;
  const auth = { header: 'authorization', value: key && `Bearer ${key}`, key };
  const line = lineTo({ ...ends, baseUrl, auth, limits: waiting.limits });
  const label = isOpenai ? 'OpenAI' : 'The server of the key "openai"';
  const terms = (signal: AbortSignal, of: Partial<ModelRequest> = {}) => ({
    ...waiting,
    signal,
    subject: { label, name: 'openai', model: of.model, maxTokens: of.maxTokens },
  });
  return {
    name: 'openai',
    defaultModel: model,
    stream: (request, signal) =>
      patiently(
        addingUp(async function* (signal) {
          const answer = await answered(line, bodyOf(request, isOpenai), { request, signal });
          mustStream(answer);
          yield* answerIn(answer.body, request);
        }),
        terms(signal, request),
      ),
    ...(embeddingModel && {
      embed: {
        model: embeddingModel,
        vectors: (texts, _purpose, signal) =>
          inBatches(texts, EMBED_BATCH, (batch) =>
            patientlyOne(
              (signal) => vectorsOf(batch, { line, model: embeddingModel, signal }),
              terms(signal, { model: embeddingModel }),
            ),
          ),
      },
    }),
    ...(transcriptionModel && {
      transcribe: (audio, signal) =>
        patientlyOne(
          (signal) => transcriptOf(audio, { line, model: transcriptionModel, signal }),
          terms(signal, { model: transcriptionModel }),
        ),
    }),
    check: (signal) =>
      patientlyOne(
        async (signal) => {
          const { body } = await line({ method: 'GET', path: '/models', signal });
          await jsonIn(body, Models);
        },
        { ...terms(signal), limits: { ...waiting.limits, totalMs: waiting.limits.checkMs } },
      ),
  };
}

/** Asks once more without what a server does not know, as long as there is something to leave out. */
async function answered(
  line: Line,
  body: Record<string, unknown>,
  { request, signal }: { request: ModelRequest; signal: AbortSignal },
) {
  let asked = body;
  for (let more = OPTIONAL_WORDS; ; more--) {
    try {
      return await line({ path: '/chat/completions', ...json(asked), signal, asked: textsOf(request) });
    } catch (cause) {
      const complaint = cause instanceof Failure ? cause.complaint : null;
      const next = complaint && more > 0 ? plainer(asked, complaint) : null;
      if (next === null) throw cause;
      asked = next;
    }
  }
}

interface Using {
  line: Line;
  model: string;
  signal: AbortSignal;
}

async function vectorsOf(texts: readonly string[], { line, model, signal }: Using): Promise<Float32Array[]> {
  const asked = json({ model, input: texts, encoding_format: 'float' });
  const { body } = await line({ path: '/embeddings', ...asked, signal, asked: texts });
  const { data: rows } = await jsonIn(body, Embeddings);
  const inOrder = rows.sort((a, b) => a.index - b.index);
  return unitVectors(
    inOrder.map(({ embedding }) => embedding),
    texts.length,
  );
}

async function transcriptOf(
  { bytes, mimeType }: { bytes: Uint8Array; mimeType: string },
  { line, model, signal }: Using,
): Promise<string> {
  const form = new FormData();
  form.set('model', model);
  form.set('file', new Blob([bytes], { type: mimeType }), recordingNamed(mimeType));
  const sent = new Response(form);
  const { body } = await line({
    path: '/audio/transcriptions',
    headers: { 'content-type': sent.headers.get('content-type')! },
    body: new Uint8Array(await sent.arrayBuffer()),
    signal,
  });
  return (await jsonIn(body, Transcript)).text.trim();
}

const Embeddings = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })),
});
const Transcript = z.object({ text: z.string() });
const Models = z.object({ data: z.array(z.unknown()).nullable() });

const json = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
