import type { AiModel } from '../ports.ts';
import { CrmflowError } from '../errors.ts';
import { bestWay } from './matching.ts';
import { citationOf } from './citing.ts';

/** Answers without a model: quotes the best passage and names where it stands, or goes by words in common. What needs more is refused. */
export const extractive: AiModel = {
  async *stream({ prompt, passages = [], schema, ways }) {
    const usage = { inputTokens: 0, outputTokens: 0 };
    const by = 'extractive';
    if (ways) {
      const { way, confidence } = bestWay(prompt, ways);
      yield { kind: 'text', text: JSON.stringify({ intent: way ?? 'else', confidence }) };
      yield { kind: 'done', citations: [], usage, isFound: true, by };
      return;
    }
    if (schema) throw needsModel();
    const [best] = passages;
    if (best) for (const piece of best.text.match(/\S+\s*/gu) ?? []) yield { kind: 'text', text: piece };
    const citations = best ? [citationOf(best)] : [];
    yield { kind: 'done', citations, usage, isFound: best !== undefined, by };
  },
};

/** Where only a model can do it. */
export const needsModel = () =>
  new CrmflowError(
    'unavailable',
    'This needs a model, and no key of one is stored. Store one: crmflow keys set gemini',
    { reason: 'no_key' },
  );
