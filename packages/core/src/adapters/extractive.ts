import type { AiModel } from '../ports.ts';

/** Answers without a model: quotes the best passage and names where it stands. */
export const extractive: AiModel = {
  async *stream({ passages = [] }) {
    const [best] = passages;
    const usage = { inputTokens: 0, outputTokens: 0 };
    if (best) for (const piece of best.text.match(/\S+\s*/gu) ?? []) yield { kind: 'text', text: piece };
    yield { kind: 'done', citations: best ? [{ source: best.source, text: best.text }] : [], usage };
  },
};
