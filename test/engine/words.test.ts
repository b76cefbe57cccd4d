import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';

it.each([
  ['knowledge.manual', { question: '', answer: 'x' }, 'question: it is empty'],
  ['knowledge.search', { q: 'x', limit: 100_000 }, 'limit: at most 50'],
  ['knowledge.search', { q: 'x', limit: 0 }, 'limit: at least 1'],
  ['knowledge.search', { q: 'x'.repeat(10_001) }, 'q: at most 2000 characters'],
] as const)('what is wrong with the input of %s is said in words: %j', async (name, input, sentence) => {
  const { app, owner } = testWorld();
  const { knowledge } = app.as(owner);
  const call = knowledge[name.split('.')[1] as 'search'];
  await expect(call(input as { q: string })).rejects.toMatchObject({
    code: 'invalid_input',
    message: sentence,
  });
});
