import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { modelWorld } from './world.ts';
import type { Answer, Received } from './wire.ts';

const embeddings = (requests: readonly Received[]) =>
  requests.filter(({ path }) => path.endsWith('/embeddings'));

async function library(models: Parameters<typeof modelWorld>[0], besides?: Answer) {
  const { world, openai } = await modelWorld(models, [], besides);
  let ticks = 0;
  const { app, owner } = testWorld({ ...world, ticks: () => ticks });
  const api = app.as(owner);
  const add = (question: string, answer: string) => api.knowledge.manual({ question, answer });
  const search = async (q: string, limit = 3) =>
    (await api.knowledge.search({ q, limit })).items.map(({ source }) => source);
  return { api, add, search, openai, pass: (ms: number) => (ticks += ms) };
}
/** Words that a search by words leaves out; vectors here are made of all words alike. */
const COMMON = 'What is it that you would be';

describe('with a provider that makes vectors', () => {
  it('finds by what is meant as well as by words, and makes each vector once', async () => {
    const { add, search, openai } = await library({ openai: [] });
    await add('Delivery', COMMON);
    await add('Payment', 'Cards and bank transfer are taken');
    expect(await search(COMMON)).toEqual(['Delivery']);
    const made = embeddings(openai.requests).length;
    await search(COMMON);
    expect(embeddings(openai.requests)).toHaveLength(made);
    await add('Returns', 'Within a month');
    await search(COMMON);
    expect(embeddings(openai.requests)).toHaveLength(made + 1);
  });

  it('makes them anew where the text has changed, and finds nothing by the old', async () => {
    const { api, add, search } = await library({ openai: [] });
    const { id } = await add('Delivery', COMMON);
    await search('anything');
    await api.knowledge.update({ id, content: 'Tomorrow at noon' });
    expect(await search(COMMON)).not.toContain('Delivery');
  });

  it('writes down what they cost', async () => {
    const { api, add, search } = await library({ openai: [] });
    await add('Delivery', 'Within two days.');
    await search('delivery');
    const { items } = await api.ai.usage({});
    expect(items).toEqual([
      expect.objectContaining({ model: 'text-embedding-3-small', failed: 0, outputTokens: 0 }),
    ]);
    expect(items[0]!.inputTokens).toBeGreaterThan(0);
  });
});

it('finds by words alone while the provider fails, and asks it again after a while', async () => {
  const { add, search, openai, pass } = await library({ openai: [] }, { status: 400 });
  await add('Delivery', 'Within two days.');
  const asked = openai.requests.length;
  expect(await search('delivery')).toEqual(['Delivery']);
  expect(openai.requests).toHaveLength(asked);
  pass(61_000);
  expect(await search('delivery')).toEqual(['Delivery']);
  expect(openai.requests.length).toBeGreaterThan(asked);
});

it('makes none without a provider that does', async () => {
  const { add, search } = await library({});
  await add('Delivery', COMMON);
  expect(await search(COMMON)).toEqual([]);
});

it('keeps what is said in recordings, and names what cannot be heard', async () => {
  const { world } = await modelWorld({ openai: [] });
  const { app, owner } = testWorld(world);
  const api = app.as(owner);
  const file = {
    name: 'call.mp3',
    mimeType: 'audio/mpeg',
    bytes: new TextEncoder().encode('not really sound'),
  };
  const item = await api.knowledge.voice({ file });
  expect(item).toMatchObject({ type: 'voice', name: 'call.mp3', state: 'ready', content: 'What is said.' });
  await expect(api.knowledge.voice({ file: { ...file, mimeType: 'text/plain' } })).rejects.toMatchObject({
    code: 'unprocessable',
  });
  const { app: other } = testWorld((await modelWorld({})).world);
  await expect(other.as(owner).knowledge.voice({ file })).rejects.toMatchObject({ code: 'unavailable' });
});
