import type { Content, TaskType } from '@google/generative-ai';
import { z } from 'zod';
import type { AiProvider, ModelPart, ModelRequest, Secret } from '../../ports.ts';
import { Failure } from './failure.ts';
import { answerIn } from './gemini-answer.ts';
import { requestOf } from './gemini-request.ts';
import { fetchThrough, lending } from './lent-fetch.ts';
import { jsonIn, lineTo, type Line } from './line.ts';
import { patiently, patientlyOne, type Sign } from './patience.ts';
import type { Needs } from './providers.ts';
import { addingUp, textsOf } from './usage.ts';
import { inBatches, unitVectors } from './vectors.ts';

const GOOGLE = 'https://generativelanguage.googleapis.com';
const MODEL = 'gemini-flash-latest';
const EMBEDDING_MODEL = 'gemini-embedding-001';
const DIMENSIONS = 768;
const EMBED_BATCH = 100;
const TRANSCRIBE =
  'Write down word for word what is said in this recording, in its language, and nothing else.';
const TRANSCRIPT_TOKENS = 16_000;

/** Google's Gemini, by its package. */
export function gemini(
  { parts: { key = '' } }: Secret,
  { baseUrls, defaultModels, waiting, ...ends }: Needs,
): AiProvider {
  const baseUrl = (baseUrls?.gemini ?? GOOGLE).replace(/\/+$/, '');
  const defaultModel = defaultModels?.gemini ?? MODEL;
  const auth = { header: 'x-goog-api-key', value: key, key };
  const line = lineTo({ ...ends, baseUrl, auth, limits: waiting.limits });
  const google: Google = { line, baseUrl };
  const terms = (signal: AbortSignal, of: Partial<ModelRequest> = {}) => ({
    ...waiting,
    signal,
    subject: { label: 'Gemini', name: 'gemini', model: of.model, maxTokens: of.maxTokens },
  });
  const stream = (request: ModelRequest, signal: AbortSignal, contents?: Content[]) =>
    patiently(
      addingUp((signal) => answered(google, { request, contents, signal })),
      terms(signal, request),
    );
  return {
    name: 'gemini',
    defaultModel,
    stream: (request, signal) => stream(request, signal),
    embed: {
      model: EMBEDDING_MODEL,
      vectors: (texts, purpose, signal) =>
        inBatches(texts, EMBED_BATCH, (batch) =>
          patientlyOne(
            (signal) => vectorsOf(google, { texts: batch, purpose, signal }),
            terms(signal, { model: EMBEDDING_MODEL }),
          ),
        ),
    },
    async transcribe({ bytes, mimeType }, signal) {
      const data = Buffer.from(bytes).toString('base64');
      const request = { model: defaultModel, messages: [], maxTokens: TRANSCRIPT_TOKENS };
      const type = mimeType.split(';')[0]!;
      const parts = [{ inlineData: { mimeType: type, data } }, { text: TRANSCRIBE }];
      let text = '';
      for await (const part of stream(request, signal, [{ role: 'user', parts }]))
        if (part.kind === 'text') text += part.text;
      return text.trim();
    },
    check: (signal) =>
      patientlyOne(
        async (signal) => {
          const { body } = await line({ method: 'GET', path: '/v1beta/models?pageSize=1', signal });
          await jsonIn(body, Models);
        },
        { ...terms(signal), limits: { ...waiting.limits, totalMs: waiting.limits.checkMs } },
      ),
  };
}

interface Google {
  line: Line;
  baseUrl: string;
}

async function* answered(
  google: Google,
  {
    request,
    contents,
    signal,
  }: { request: ModelRequest; contents?: Content[] | undefined; signal: AbortSignal },
): AsyncGenerator<Sign<ModelPart>> {
  const model = await modelNamed(request.model, google);
  const ours = fetchThrough(google.line, { baseUrl: google.baseUrl, asked: textsOf(request), signal });
  const wire = { ...requestOf(request), ...(contents && { contents }) };
  const { stream, response } = await lending(ours, () => model.generateContentStream(wire)).catch(ours.fail);
  // A second promise of the same answer: what makes the stream fail rejects it too.
  response.catch(() => {});
  yield* answerIn(ours.told(stream), request);
}

async function vectorsOf(
  google: Google,
  {
    texts,
    purpose,
    signal,
  }: { texts: readonly string[]; purpose: 'passage' | 'question'; signal: AbortSignal },
): Promise<Float32Array[]> {
  const model = await modelNamed(EMBEDDING_MODEL, google);
  const ours = fetchThrough(google.line, { baseUrl: google.baseUrl, asked: texts, signal });
  const requests = texts.map((text) => ({
    content: { role: 'user', parts: [{ text }] },
    // The package's enum, which is not worth loading it for.
    taskType: TASKS[purpose] as TaskType,
    outputDimensionality: DIMENSIONS,
  }));
  const answer = await lending(ours, () => model.batchEmbedContents({ requests })).catch(ours.fail);
  const { data } = Embeddings.safeParse(answer);
  if (!data) throw new Failure('malformed');
  return unitVectors(
    data.embeddings.map(({ values }) => values),
    texts.length,
  );
}

const TASKS = { passage: 'RETRIEVAL_DOCUMENT', question: 'RETRIEVAL_QUERY' };

async function modelNamed(model: string, { baseUrl }: Google) {
  if (!MODEL_NAME.test(model)) throw new Failure('no_model');
  const { GoogleGenerativeAI } = await import('@google/generative-ai');
  // The line has the key.
  return new GoogleGenerativeAI('').getGenerativeModel({ model }, { baseUrl });
}

/** It becomes a part of the path, where nothing else may come in with it. */
const MODEL_NAME = /^(?:(?:models|tunedModels)\/)?\w[\w.-]*$/;

const Embeddings = z.object({ embeddings: z.array(z.object({ values: z.array(z.number()) })) });
const Models = z.object({ models: z.array(z.unknown()) });
