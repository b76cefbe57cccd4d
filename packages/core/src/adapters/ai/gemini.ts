import type { BatchEmbedContentsRequest, GenerateContentRequest, TaskType } from '@google/generative-ai';
import { z } from 'zod';
import type { AiProvider, ModelPart, ModelRequest, Secret } from '../../ports.ts';
import { Failure, type Subject } from './failure.ts';
import { answerIn } from './gemini-answer.ts';
import { requestOf } from './gemini-request.ts';
import { fetchThrough, lending } from './lent-fetch.ts';
import { jsonIn, lineTo } from './line.ts';
import { patiently, patientlyOne, type Sign } from './patience.ts';
import type { Needs } from './providers.ts';
import { textsOf } from './usage.ts';
import { slicesOf, unitVectors } from './vectors.ts';

const GOOGLE = 'https://generativelanguage.googleapis.com';
const MODEL = 'gemini-flash-latest';
const EMBEDDING_MODEL = 'gemini-embedding-001';
const DIMENSIONS = 768;
const EMBED_BATCH = 100;
const TRANSCRIBE =
  'Write down word for word what is said in this recording, in its language, and nothing else.';
const TRANSCRIPT_TOKENS = 16_000;
/** A model's name becomes a part of the path. */
const MODEL_NAME = /^(?:(?:models|tunedModels)\/)?\w[\w.-]*$/;

/** Google's Gemini, by its package. */
export function gemini({ parts: { key = '' } }: Secret, needs: Needs): AiProvider {
  const { waiting, baseUrls, defaultModels } = needs;
  const baseUrl = (baseUrls?.gemini ?? GOOGLE).replace(/\/+$/, '');
  const auth = { header: 'x-goog-api-key', value: key, key };
  const line = lineTo({ ...needs, baseUrl, auth, totalMs: waiting.limits.totalMs });
  const terms = (signal: AbortSignal, subject: Partial<Subject> = {}) => ({
    ...waiting,
    signal,
    subject: { label: 'Gemini', name: 'gemini', ...subject },
  });

  async function modelNamed(model: string) {
    if (!MODEL_NAME.test(model)) throw new Failure('no_model');
    const { GoogleGenerativeAI } = await import('@google/generative-ai');
    return new GoogleGenerativeAI(key).getGenerativeModel({ model }, { baseUrl });
  }

  async function* answer(
    request: ModelRequest,
    wire: GenerateContentRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Sign<ModelPart>> {
    const model = await modelNamed(request.model);
    const ours = fetchThrough(line, { asked: textsOf(request), signal });
    const { stream, response } = await lending(ours, () => model.generateContentStream(wire)).catch(
      ours.fail,
    );
    // A second promise of the same answer: what makes the stream fail rejects it too.
    response.catch(() => {});
    yield* answerIn(ours.told(stream), request);
  }

  async function vectorsOf(texts: readonly string[], taskType: string, signal: AbortSignal) {
    const model = await modelNamed(EMBEDDING_MODEL);
    const ours = fetchThrough(line, { asked: texts, signal });
    const requests = texts.map((text) => ({
      content: { role: 'user', parts: [{ text }] },
      taskType: taskType as TaskType,
      outputDimensionality: DIMENSIONS,
    }));
    const answer = await lending(ours, () =>
      model.batchEmbedContents({ requests } satisfies BatchEmbedContentsRequest),
    ).catch(ours.fail);
    const { data } = Embeddings.safeParse(answer);
    if (!data) throw new Failure('malformed');
    return unitVectors(
      data.embeddings.map(({ values }) => values),
      texts.length,
    );
  }

  return {
    name: 'gemini',
    defaultModel: defaultModels?.gemini ?? MODEL,
    stream: (request, signal) =>
      patiently((signal) => answer(request, requestOf(request), signal), terms(signal, request)),
    embed: {
      model: EMBEDDING_MODEL,
      async vectors(texts, purpose, signal) {
        const taskType = purpose === 'passage' ? 'RETRIEVAL_DOCUMENT' : 'RETRIEVAL_QUERY';
        const vectors: Float32Array[] = [];
        for (const slice of slicesOf(texts, EMBED_BATCH))
          vectors.push(
            ...(await patientlyOne(
              (signal) => vectorsOf(slice, taskType, signal),
              terms(signal, { model: EMBEDDING_MODEL }),
            )),
          );
        return vectors;
      },
    },
    async transcribe({ bytes, mimeType }, signal) {
      const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      const request: ModelRequest = {
        model: defaultModels?.gemini ?? MODEL,
        messages: [],
        maxTokens: TRANSCRIPT_TOKENS,
      };
      const wire = {
        ...requestOf(request),
        contents: [{ role: 'user', parts: [{ inlineData: { mimeType, data } }, { text: TRANSCRIBE }] }],
      };
      let text = '';
      for await (const part of patiently((signal) => answer(request, wire, signal), terms(signal, request)))
        if (part.kind === 'text') text += part.text;
      return text.trim();
    },
    check: (signal) =>
      patientlyOne(async (signal) => {
        const { body } = await line({ method: 'GET', url: `${baseUrl}/v1beta/models?pageSize=1`, signal });
        await jsonIn(body, Models);
      }, terms(signal)),
  };
}

const Embeddings = z.object({ embeddings: z.array(z.object({ values: z.array(z.number()) })) });
const Models = z.object({ models: z.array(z.unknown()) });
