import type { z } from 'zod';
import type { contract, GeneratePart, Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { AiModel } from '../ports.ts';
import type { Library } from './library.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  ai: AiModel;
  library: Library;
}
type Input = z.output<(typeof contract)['ai']['generate']['input']>;

const PASSAGES = 4;

export function createAi({ ai, library }: Needs): Services['ai'] & {
  stream(actor: Actor, input: Input, signal?: AbortSignal): AsyncIterable<GeneratePart>;
} {
  async function* stream(
    actor: Actor,
    { prompt, system, history, knowledge }: Input,
    signal = new AbortController().signal,
  ): AsyncGenerator<GeneratePart> {
    const items = Array.isArray(knowledge) ? { items: knowledge } : {};
    const found =
      knowledge === false ? [] : await library.search(ownerOf(actor), prompt, { limit: PASSAGES, ...items });
    const passages = found.map(({ name, passage, score }) => ({ source: name, text: passage.text, score }));
    let text = '';
    for await (const part of ai.stream(
      { prompt, history, passages, ...(system !== undefined && { system }) },
      signal,
    )) {
      if (part.kind === 'done') {
        yield { type: 'done', text, usage: part.usage, citations: part.citations };
        return;
      }
      text += part.text;
      yield { type: 'chunk', chunk: part.text };
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
    generateWorkflow: () =>
      Promise.reject(
        new CrmflowError('unavailable', 'Drafting a workflow needs a model, and none is set up here.'),
      ),
  };
}

const brokenOff = () => new CrmflowError('provider_failed', 'The answer broke off before its end.');
