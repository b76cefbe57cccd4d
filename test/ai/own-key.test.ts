import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { modelWorld } from './world.ts';

async function withKey(key: string) {
  const { world, openai } = await modelWorld({ openai: [{ texts: ['Hello.'] }] });
  // The installation has none of its own.
  const { app, owner } = testWorld({ ...world, shared: [] });
  const api = app.as(owner);
  await api.keys.set({ service: 'openai', key });
  return { api, openai };
}

it('tries a stored key out without a call that costs', async () => {
  const { api, openai } = await withKey('test-key');
  expect(await api.keys.test({ service: 'openai' })).toEqual({ service: 'openai', model: 'gpt-4o-mini' });
  expect(openai.requests.map(({ method }) => method)).toEqual(['GET']);
});

it('says what is wrong with a key, and never what it is', async () => {
  const { api } = await withKey('a-key-that-is-wrong');
  const refusal = await api.keys.test({ service: 'openai' }).catch((cause: unknown) => cause);
  expect(refusal).toMatchObject({
    code: 'unavailable',
    message: 'OpenAI refuses the key. Store another: crmflow keys set openai',
  });
  expect(JSON.stringify(refusal)).not.toContain('a-key-that');
});

it('shows how the key itself ends, whatever other parts are stored with it', async () => {
  const { api } = await withKey('test-key');
  const key = { key: 'sk-a-long-key-1234', baseUrl: 'https://models.example.com/v1', model: 'some-model' };
  expect(await api.keys.set({ service: 'openai', key })).toMatchObject({ lastFour: '1234' });
});

it('names what cannot be tried out, and what is not there', async () => {
  const { api } = await withKey('test-key');
  await expect(api.keys.test({ service: 'smtp' })).rejects.toThrow('Only keys of gemini, openai, twilio');
  await expect(api.keys.test({ service: 'gemini' })).rejects.toThrow('crmflow keys set gemini');
});

it('answers with the key of the user, and streams what it says', async () => {
  const { api } = await withKey('test-key');
  const parts = [];
  for await (const part of api.stream({ prompt: 'Hi', knowledge: false })) parts.push(part);
  expect(parts).toEqual([
    { type: 'chunk', chunk: 'Hello.' },
    { type: 'done', text: 'Hello.', usage: { inputTokens: 12, outputTokens: 5 }, citations: [] },
  ]);
  await expect(api.ai.generate({ prompt: 'Hi', knowledge: false, model: 'gemini' })).rejects.toMatchObject({
    code: 'unavailable',
  });
});

it('asks nobody where the knowledge is to answer and holds nothing that fits', async () => {
  const { api, openai } = await withKey('test-key');
  expect(await api.ai.generate({ prompt: 'What is the capital of Peru?' })).toEqual({
    text: '',
    usage: { inputTokens: 0, outputTokens: 0 },
    citations: [],
  });
  expect(openai.requests.filter(({ path }) => path.endsWith('/chat/completions'))).toEqual([]);
});

it('passes over a key that was sealed with another ENCRYPTION_KEY, and says so where there is no other', async () => {
  const { world } = await modelWorld({ openai: [{ texts: ['Hello.'] }] });
  const store = createMemoryStore();
  const { app, owner } = testWorld({ ...world, store });
  const api = app.as(owner);
  await api.keys.set({ service: 'gemini', key: 'test-key' });
  const row = (await store.keys.get('owner', 'gemini'))!;
  await store.keys.reseal(row.id, row.encryptedKey, `gone.${row.encryptedKey}`);
  expect(await api.ai.generate({ prompt: 'Hi', knowledge: false })).toMatchObject({ text: 'Hello.' });
  await expect(api.ai.generate({ prompt: 'Hi', knowledge: false, model: 'gemini' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('crmflow keys set gemini') as string,
  });
});
