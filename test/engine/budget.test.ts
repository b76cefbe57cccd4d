import { converse } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import type { AiModel } from '../../packages/core/src/ports.ts';

/** Reads and writes so many tokens for each answer. */
const modelOf = (tokens: number): AiModel => ({
  async *stream() {
    yield { kind: 'text', text: 'At nine.' };
    yield { kind: 'done', citations: [], usage: { inputTokens: tokens - 2, outputTokens: 2 } };
  },
});
const chat = (limits: object) => ({
  settings: { limits },
  knowledge: [{ question: 'When do you open?', answer: 'At nine.' }],
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'ask', type: 'listen', data: { prompt: 'Yes?', saveAs: 'question' } },
    { id: 'answer', type: 'ai' },
  ] as const,
  edges: ['start -> ask', 'ask -> answer', 'answer -> ask', 'answer.not_found -> ask'],
});
const question = 'When do you open?';

it('fails a session whose models read and write more than its author allows, and says so', async () => {
  const talk = await converse(chat({ modelTokens: 250 }), { ai: modelOf(100) });
  await talk.user(question);
  await talk.user(question);
  expect(await talk.session()).toMatchObject({ status: 'waiting' });
  await talk.user(question);
  expect(await talk.session()).toMatchObject({
    status: 'failed',
    reason: 'More than 250 tokens read and written by models in one session.',
  });
});

it('fails a session that works outside for longer than its author allows; its waits do not count', async () => {
  let ticks = 0;
  const slow: AiModel = {
    stream(...asked) {
      ticks += 3_000;
      return modelOf(0).stream(...asked);
    },
  };
  const talk = await converse(chat({ workMs: 8_000 }), { ai: slow, ticks: () => ticks });
  for (const _turn of [1, 2]) {
    await talk.user(question);
    ticks += 60_000;
  }
  expect(await talk.session()).toMatchObject({ status: 'waiting' });
  await talk.user(question);
  expect(await talk.session()).toMatchObject({
    status: 'failed',
    reason: 'More than 8 s of work outside in one session.',
  });
});
