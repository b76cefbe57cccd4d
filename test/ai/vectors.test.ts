import { testWorld } from '@crmflow/core/testing';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { createSealer } from '../../packages/core/src/adapters/sealer.ts';
import { describe, expect, it } from 'vitest';
import { modelWorld } from './world.ts';
import type { Besides, Received } from './wire.ts';

const embeddings = (requests: readonly Received[]) =>
  requests.filter(({ path }) => path.endsWith('/embeddings'));

async function library(models: Parameters<typeof modelWorld>[0], besides?: Besides) {
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

  it('makes them anew where an item is called otherwise, since its name is part of what it means', async () => {
    const { api, add, search } = await library({ openai: [] });
    const { id } = await add('Delivery', 'Tomorrow at noon');
    await add('Payment', 'Cards and bank transfer are taken');
    expect(await search(COMMON)).not.toContain('Delivery');
    await api.knowledge.update({ id, name: COMMON });
    expect((await search(COMMON))[0]).toBe(COMMON);
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
  const { add, search, openai, pass } = await library({ openai: [] }, { status: 503 });
  await add('Delivery', 'Within two days.');
  const asked = openai.requests.length;
  expect(await search('delivery')).toEqual(['Delivery']);
  expect(openai.requests).toHaveLength(asked);
  pass(61_000);
  expect(await search('delivery')).toEqual(['Delivery']);
  expect(openai.requests.length).toBeGreaterThan(asked);
});

it('finds an item that the provider refuses by its words, and all others by what they mean', async () => {
  const sick = 'the word that is refused';
  const { add, search, openai, pass } = await library({ openai: [] }, ({ body }: Received) =>
    (body.input as string[]).some((text) => text.includes(sick)) ? { status: 400 } : undefined,
  );
  await add('Sick', sick);
  pass(61_000);
  await add('Delivery', COMMON);
  expect(await search(COMMON)).toEqual(['Delivery']);
  expect(await search('refused word')).toEqual(['Sick']);
  const asked = embeddings(openai.requests).length;
  pass(61_000);
  expect(await search(COMMON)).toEqual(['Delivery']);
  expect(embeddings(openai.requests)).toHaveLength(asked);
});

it('compares no vectors of different models, though they are of one size', async () => {
  const { world, openai } = await modelWorld({ openai: [] }, [], ({ body }: Received) =>
    body.model === 'other' && (body.input as string[]).some((text) => text.startsWith('Delivery'))
      ? { end: 'stall' }
      : undefined,
  );
  let ticks = 0;
  const { app, owner } = testWorld({ ...world, shared: [], ticks: () => ticks });
  const api = app.as(owner);
  const use = (embeddingModel: string) =>
    api.keys.set({
      service: 'openai',
      key: { key: 'test-key', baseUrl: `${openai.url}/v1`, embeddingModel },
    });
  const search = async () => {
    ticks += 61_000;
    return (await api.knowledge.search({ q: COMMON, limit: 3 })).items.length;
  };
  await use('one');
  await api.knowledge.manual({ question: 'Delivery', answer: COMMON });
  expect(await search()).toBe(1);
  await use('other');
  // Whoever comes first waits for the vectors, which do not come.
  void search();
  expect(await search()).toBe(0);
});

it('finds by words where the key of the provider cannot be opened any more', async () => {
  const { world } = await modelWorld({ openai: [] });
  const store = createMemoryStore();
  const before = testWorld({ ...world, store });
  await before.app.as(before.owner).keys.set({ service: 'openai', key: 'test-key' });
  let ticks = 0;
  const sealer = createSealer('another key than the one before, of 32 bytes');
  const after = testWorld({ store, sealer, ticks: () => ticks });
  const api = after.app.as(after.owner);
  await api.knowledge.manual({ question: 'Delivery', answer: 'Within two days.' });
  ticks = 61_000;
  expect((await api.knowledge.search({ q: 'delivery', limit: 3 })).items).toHaveLength(1);
});

it('makes none without a provider that does', async () => {
  const { add, search } = await library({});
  await add('Delivery', COMMON);
  expect(await search(COMMON)).toEqual([]);
});

it('counts recordings that are written down, and takes none that could cost more than is left', async () => {
  const { world, openai } = await modelWorld({ openai: [] });
  const { app, owner } = testWorld({ ...world, tokensPerDay: 30_000 });
  const api = app.as(owner);
  const file = (size: number) => ({
    name: `${size}.mp3`,
    mimeType: 'audio/mpeg',
    bytes: new Uint8Array(size).fill(size % 255),
  });
  const heard = () => openai.requests.filter(({ path }) => path.endsWith('/transcriptions')).length;
  await api.knowledge.voice({ file: file(10_000) });
  const { items } = await api.ai.usage({});
  expect(items).toContainEqual(
    expect.objectContaining({ provider: 'openai', model: 'recordings', calls: 1, failed: 0 }),
  );
  await expect(api.knowledge.voice({ file: file(1_000_000) })).rejects.toMatchObject({
    code: 'rate_limited',
    details: { reason: 'budget' },
  });
  expect(heard()).toBe(1);
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
