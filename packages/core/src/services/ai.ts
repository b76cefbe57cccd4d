import type { z } from 'zod';
import type { contract, GeneratePart, Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { AiRequest, Clock } from '../ports.ts';
import type { Store } from '../store.ts';
import type { createDrafting } from './drafting.ts';
import type { Library } from './library.ts';
import type { Models } from './models.ts';
import { passageFrom } from './search.ts';
import { dayOf } from './spending.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  store: Store;
  clock: Clock;
  models: Models;
  library: Library;
  draft: ReturnType<typeof createDrafting>;
}
type Input = z.output<(typeof contract)['ai']['generate']['input']>;

const PASSAGES = 4;
const DAY_MS = 86_400_000;
/** Below it a passage has next to nothing to do with the question. */
const THRESHOLD = 0.2;

export function createAi({ store, clock, models, library, draft }: Needs): Services['ai'] & {
  stream(actor: Actor, input: Input, signal?: AbortSignal): AsyncIterable<GeneratePart>;
} {
  async function* stream(
    actor: Actor,
    { prompt, system, history, knowledge, model }: Input,
    signal = new AbortController().signal,
  ): AsyncGenerator<GeneratePart> {
    const userId = ownerOf(actor);
    const items = Array.isArray(knowledge) ? knowledge : undefined;
    const found =
      knowledge === false ? undefined : await library.search(userId, prompt, { limit: PASSAGES, items });
    const passages = found?.filter(({ score }) => score >= THRESHOLD).map(passageFrom);
    if (passages?.length === 0) {
      yield { type: 'done', text: '', usage: { inputTokens: 0, outputTokens: 0 }, citations: [] };
      return;
    }
    const request: AiRequest = {
      prompt,
      history,
      ...(passages && { passages }),
      ...(system !== undefined && { system }),
      ...(model !== undefined && { models: [model] }),
    };
    let text = '';
    for await (const part of models.of({ userId }, undefined).stream(request, signal)) {
      if (part.kind === 'text') {
        text += part.text;
        yield { type: 'chunk', chunk: part.text };
      } else if (part.kind === 'restart') {
        text = '';
        yield { type: 'restart' };
      } else if (part.kind === 'done') {
        yield { type: 'done', text, usage: part.usage, citations: part.citations };
        return;
      }
    }
    throw brokenOff();
  }

  return {
    stream,
    async generate(actor, input) {
      for await (const part of stream(actor, input))
        if (part.type === 'done') return { text: part.text, usage: part.usage, citations: part.citations };
      throw brokenOff();
    },
    async usage(actor, { since, until, workflowId }) {
      const now = clock.now();
      const days = {
        since: since ?? dayOf(new Date(now.getTime() - 30 * DAY_MS)),
        until: until ?? dayOf(now),
      };
      const items = await store.spending.used({ userId: ownerOf(actor), workflowId, ...days });
      return { items, nextCursor: null };
    },
    async generateWorkflow(actor, { prompt }, signal = new AbortController().signal) {
      const { workflow, ...shown } = await draft(ownerOf(actor), prompt, signal);
      const { name, description, nodes, edges, settings, knowledge } = workflow;
      return { name, description, nodes, edges, settings, knowledge, ...shown };
    },
  };
}

const brokenOff = () => new CrmflowError('provider_failed', 'The answer broke off before its end.');
