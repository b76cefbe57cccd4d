import { createProviders } from '../../packages/core/src/adapters/ai/providers.ts';
import type { testWorld } from '../../packages/core/src/testing/world.ts';
import { doorTo, type Neighbour } from '../http/support.ts';
import { geminiServer } from './gemini-server.ts';
import { openaiServer } from './openai-server.ts';
import type { Besides, Received, Script } from './wire.ts';

type World = NonNullable<Parameters<typeof testWorld>[0]>;

/** A world whose owner has models of OpenAI, or of both, that answer by a script; others may be reached besides. */
export async function modelWorld(
  answers: { openai?: Script; gemini?: Script },
  others: readonly Neighbour[] = [],
  besides?: Besides,
) {
  const openai = await openaiServer({ answers: answers.openai ?? [], ...(besides && { besides }) });
  const gemini = await geminiServer({ answers: answers.gemini ?? [] });
  const http = doorTo(openai, gemini, ...others);
  const providers = createProviders({
    http,
    clock: { now: () => new Date('2026-01-05T09:00:00Z') },
    baseUrls: { openai: `${openai.url}/v1`, gemini: gemini.url },
    sleep: () => Promise.resolve(),
  });
  const open = (name: 'openai' | 'gemini') =>
    answers[name] ? [providers.open(name, { parts: { key: 'test-key' }, host: null })!] : [];
  const world: World = { http, providers, shared: [...open('gemini'), ...open('openai')] };
  return { world, openai, gemini };
}

/** All the words of a request to OpenAI. */
export const wordsOf = ({ body }: Received): string => JSON.stringify(body.messages);
