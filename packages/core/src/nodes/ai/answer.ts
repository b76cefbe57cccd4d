import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { template, variableName } from '../data.ts';
import { defineEffect, next } from '../node.ts';

const Data = z.strictObject({
  /** What to answer; the visitor's last message when absent. */
  question: template().prefault('{{ message }}'),
  /** How to answer, for providers that can be told. */
  system: template().optional(),
  saveAs: variableName().optional(),
  /** How many passages an answer may be taken from. */
  passages: z.int().min(1).max(20).default(4),
  /** Below it a passage does not count: 0 takes any, 1 only a perfect fit. */
  threshold: z.number().min(0).max(1).default(0.35),
  /** Lines of the conversation the provider sees. */
  history: z.int().min(0).max(100).default(10),
  /** Said when the knowledge holds nothing that fits; the built-in text when absent, nothing when empty. */
  notFound: template().optional(),
});

export const answer = defineEffect({
  type: 'ai',
  kind: 'answer',
  summary:
    'Answers from the knowledge, with its sources; goes by `not_found` when it holds nothing that fits.',
  data: Data,
  ports: () => ['out', 'not_found'],
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'text']] : []),
  async run(data, ctx) {
    const question = data.question.render(ctx.scope);
    const found = await ctx.search(question, data.passages);
    const passages = found.filter(({ score }) => score >= data.threshold);
    if (!passages.length) {
      const text = data.notFound?.render(ctx.scope) ?? ctx.say('no_answer');
      return next({ port: 'not_found', ...(text && { say: [{ text }] }) });
    }
    const system = data.system?.render(ctx.scope);
    const history = await ctx.history(data.history);
    const parts = ctx.ai.stream(
      { prompt: question, history, passages, ...(system !== undefined && { system }) },
      ctx.signal,
    );
    let text = '';
    for await (const part of parts) {
      if (part.kind === 'done') {
        const { citations, usage } = part;
        return next({
          say: [{ text, citations }],
          tokens: usage.inputTokens + usage.outputTokens,
          ...(data.saveAs && { set: { [data.saveAs]: text } }),
        });
      }
      text += part.text;
      ctx.stream(part.text);
    }
    throw new CrmflowError('provider_failed', 'The answer broke off before its end.');
  },
});
