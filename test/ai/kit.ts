import { createProviders } from '../../packages/core/src/adapters/ai/providers.ts';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import type { AiProvider, ModelPart, ModelRequest } from '../../packages/core/src/ports.ts';
import { doorTo } from '../http/support.ts';
import { geminiServer } from './gemini-server.ts';
import { openaiServer } from './openai-server.ts';
import type { Answer, Script, Scripted } from './wire.ts';

type Options = Omit<Parameters<typeof createProviders>[0], 'http' | 'clock' | 'baseUrls'> & {
  answers?: Script;
  besides?: Answer;
  key?: string;
};

export interface Asked {
  server: Scripted;
  provider: AiProvider;
  /** What was waited between tries, in milliseconds. */
  waits: number[];
}

/** Opens a provider on a scripted server; waits between tries take no time and are noted. */
export const SPOKEN = {
  gemini: async ({ answers, besides, key = 'test-key', ...options }: Options = {}) => {
    const server = await geminiServer({ ...(answers && { answers }), ...(besides && { besides }) });
    return opened('gemini', server, { baseUrls: { gemini: server.url }, parts: { key }, ...options });
  },
  openai: async ({ answers, besides, key = 'test-key', ...options }: Options = {}) => {
    const server = await openaiServer({ ...(answers && { answers }), ...(besides && { besides }) });
    return opened('openai', server, { baseUrls: { openai: `${server.url}/v1` }, parts: { key }, ...options });
  },
};

export const now = new Date('2026-03-01T12:00:00Z');

function opened(
  name: string,
  server: Scripted,
  { parts, ...options }: Partial<Parameters<typeof createProviders>[0]> & { parts: Record<string, string> },
): Asked {
  const waits: number[] = [];
  const providers = createProviders({
    http: doorTo(server),
    clock: { now: () => now },
    random: () => 1,
    sleep: async (ms) => void waits.push(ms),
    ...options,
  });
  return { server, waits, provider: providers.open(name, { parts, host: null })! };
}

export const question: ModelRequest = {
  model: 'some-model',
  system: 'Answer shortly.',
  messages: [{ role: 'user', text: 'How long is the warranty of the panel?' }],
  maxTokens: 100,
};

/** All parts, and the refusal that came instead of more. */
export async function heard(
  provider: AiProvider,
  request: Partial<ModelRequest> = {},
  signal = new AbortController().signal,
) {
  const parts: ModelPart[] = [];
  try {
    for await (const part of provider.stream({ ...question, ...request }, signal)) parts.push(part);
  } catch (cause) {
    if (!(cause instanceof CrmflowError)) throw cause;
    return { parts, refusal: cause.toJSON() };
  }
  return { parts, refusal: null };
}

export const textOf = (parts: readonly ModelPart[]) =>
  parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');

export const reasonOf = (refusal: { details?: unknown } | null) =>
  (refusal?.details as { reason?: string } | undefined)?.reason ?? null;

export const never = new AbortController().signal;
