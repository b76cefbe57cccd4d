import { setImmediate } from 'node:timers/promises';
import { CrmflowError } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { KnowledgeProgress } from '../../packages/core/src/services/news.ts';
import { bookOf, html, siteOf, worldReaching } from './kit.ts';

const book = (pages: number) =>
  bookOf(Array.from({ length: pages }, (_, at) => `Chapter ${at + 1}\nThe ${at + 1}th lantern is kept.`));
const fileOf = (text: string, name = 'a.md') => ({
  name,
  mimeType: 'text/markdown',
  bytes: new TextEncoder().encode(text),
});
const pdf = (bytes: Uint8Array<ArrayBuffer>, name = 'book.pdf') => ({
  name,
  mimeType: 'application/pdf',
  bytes,
});

/** A world, with all that its owner is told of his knowledge. */
function telling(ports: Parameters<typeof worldReaching>[1] = {}) {
  const world = worldReaching([], ports);
  const told: KnowledgeProgress[] = [];
  let hear = () => {};
  world.app.hearKnowledge(({ userId, progress }) => {
    if (userId === 'owner') told.push(progress);
    hear();
  });
  /** Resolves when it was told that this item came to an end. */
  const ended = (id: string) =>
    new Promise<KnowledgeProgress>((resolve) => {
      hear = () => {
        const last = told.find(({ itemId, state }) => itemId === id && state !== 'processing');
        if (last) resolve(last);
      };
      hear();
    });
  return { ...world, told, ended };
}

describe('what takes long to read', () => {
  it('is answered while it is read, tells how far it is, and is there all at once', async () => {
    const { api, told, ended, found } = telling();
    const taken = await api.knowledge.pdf({ file: pdf(book(120)), wait: 0 });
    expect(taken).toMatchObject({
      state: 'processing',
      change: 'added',
      content: '',
      progress: { done: expect.any(Number) as number, total: expect.any(Number) as number },
    });
    expect(await found('lantern')).toEqual([]);
    expect(await ended(taken.id)).toEqual({ itemId: taken.id, state: 'ready', done: 120, total: 120 });
    const item = await api.knowledge.get({ id: taken.id });
    expect(item).toMatchObject({ state: 'ready', progress: null, reason: null });
    expect((await api.knowledge.search({ q: '77th lantern' })).items[0]).toMatchObject({ page: 77 });
    for (const { state, done, total } of told) {
      expect(done).toBeLessThanOrEqual(total);
      expect(['processing', 'ready']).toContain(state);
    }
    expect(await api.knowledge.pdf({ file: pdf(book(120), 'again.pdf') })).toMatchObject({
      id: taken.id,
      change: 'unchanged',
    });
  });

  it('and fails stays as an item that says why, and is tried again in its place', async () => {
    const { api, ended, names } = telling();
    const broken = pdf(new TextEncoder().encode('%PDF-1.7 and nothing else'));
    const { id } = await api.knowledge.pdf({ file: broken, wait: 0 });
    const { state, reason } = await ended(id);
    expect([state, reason]).toEqual(['failed', expect.stringMatching(/damaged/)]);
    expect(await api.knowledge.get({ id })).toMatchObject({ state: 'failed', reason, progress: null });
    await expect(api.knowledge.pdf({ file: broken })).rejects.toMatchObject({ code: 'unprocessable' });
    expect(await names()).toEqual(['book.pdf']);
  });

  it('and is refused while its sender still waits leaves nothing', async () => {
    const { api, names } = telling();
    const broken = pdf(new TextEncoder().encode('%PDF-1.7 and nothing else'));
    await expect(api.knowledge.pdf({ file: broken })).rejects.toMatchObject({ code: 'unprocessable' });
    expect(await names()).toEqual([]);
  });

  it('and is refused in time, though it can be seen already, leaves nothing either', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const late = {
      ...neverReading,
      pdf: () => gate.then(() => Promise.reject(new CrmflowError('unprocessable', 'It is damaged.'))),
    };
    const { api, names } = telling({ readers: late });
    const taking = api.knowledge.pdf({ file: pdf(book(1)) });
    await expect.poll(names, { timeout: 5_000 }).toEqual(['book.pdf']);
    open();
    await expect(taking).rejects.toMatchObject({ code: 'unprocessable' });
    expect(await names()).toEqual([]);
  });

  it('and is brought twice at once is one item', async () => {
    const { api, names, ended } = telling();
    const twice = await Promise.all(
      [1, 2].map((at) => api.knowledge.pdf({ file: pdf(book(40), `${at}.pdf`), wait: 0 })),
    );
    const third = await api.knowledge.pdf({ file: pdf(book(40), '3.pdf'), wait: 0 });
    const ids = new Set([...twice, third].map(({ id }) => id));
    await Promise.all([...ids].map(ended));
    expect(await names()).toHaveLength(1);
  });

  it('and was cut off with its process is read again by the next, from what was brought', async () => {
    const store = createMemoryStore();
    const gone = telling({ store, readers: { ...neverReading } });
    const file = pdf(book(3));
    const { id } = await gone.api.knowledge.pdf({ file, wait: 0 });
    const { pass, api, ended, app } = telling({ store });
    await pass(29);
    expect(await api.knowledge.get({ id })).toMatchObject({ state: 'processing' });
    await app.recover();
    await app.tick();
    expect(await ended(id)).toMatchObject({ state: 'ready', done: 3, total: 3 });
    expect((await api.knowledge.search({ q: '3th lantern' })).items[0]).toMatchObject({ page: 3 });
  });

  it('and was cut off is read on for whoever brings it again', async () => {
    const store = createMemoryStore();
    const gone = telling({ store, readers: { ...neverReading } });
    const { id } = await gone.api.knowledge.pdf({ file: pdf(book(3)), wait: 0 });
    const { api, app } = telling({ store });
    expect(await api.knowledge.pdf({ file: pdf(book(3)) })).toMatchObject({ id, state: 'processing' });
    await app.recover();
    expect(await api.knowledge.pdf({ file: pdf(book(3)) })).toMatchObject({ id, state: 'ready' });
  });

  it('and is cut off again and again is named instead of tried for ever', async () => {
    const store = createMemoryStore();
    let world = telling({ store, readers: { ...neverReading } });
    const { id } = await world.api.knowledge.pdf({ file: pdf(book(3)), wait: 0 });
    for (let at = 0; at < 4; at++) {
      world = telling({ store, readers: { ...neverReading } });
      await world.app.recover();
      await world.app.tick();
    }
    expect(await world.ended(id)).toMatchObject({ state: 'failed' });
    expect(await world.api.knowledge.get({ id })).toMatchObject({
      reason: expect.stringMatching(/interrupted 4 times/) as string,
    });
  });

  it('and cannot be read on says why once: in the item, and aloud only where the fault is ours', async () => {
    for (const [cause, reported, reason] of [
      [new CrmflowError('unprocessable', 'It has no text.'), [], 'It has no text.'],
      [new Error('boom'), ['Error: boom'], 'Something went wrong on our side.'],
    ] as const) {
      const store = createMemoryStore();
      const gone = telling({ store, readers: { ...neverReading } });
      const { id } = await gone.api.knowledge.pdf({ file: pdf(book(3)), wait: 0 });
      const aloud: string[] = [];
      const readers = { ...neverReading, pdf: () => Promise.reject(cause) };
      const { app, api, ended } = telling({ store, readers, report: (each) => aloud.push(String(each)) });
      await app.recover();
      await app.tick();
      await ended(id);
      expect(await api.knowledge.get({ id })).toMatchObject({ state: 'failed', reason });
      await setImmediate();
      expect(aloud).toEqual(reported);
    }
  });

  it('keeps the password it is opened with from everybody', async () => {
    const store = createMemoryStore();
    const { api } = telling({ store, readers: { ...neverReading } });
    await api.knowledge.pdf({ file: pdf(book(2)), password: 'open sesame', wait: 0 });
    const [job] = await store.knowledge.claim('9999-01-01T00:00:00.000Z', 1, '9999-01-01T00:00:00.000Z');
    expect(job!.source).toMatchObject({ kind: 'pdf', password: expect.any(String) as string });
    expect(JSON.stringify(job!.source)).not.toContain('sesame');
  });
});

/** A process that was killed in the middle: it never comes to an end. */
const never = () => new Promise<never>(() => undefined);
const neverReading = { pdf: never, html: never, text: never };

describe('the same content', () => {
  it('is one item, from a file or typed, and many at once are one too', async () => {
    const { api, names } = telling();
    const first = await api.knowledge.file({ file: fileOf('# Hours\n\nDaily.') });
    expect(first.change).toBe('added');
    expect(await api.knowledge.file({ file: fileOf('# Hours\n\nDaily.', 'b.md') })).toMatchObject({
      id: first.id,
      change: 'unchanged',
    });
    const asked = { question: 'Open?', answer: 'Daily.' };
    const all = await Promise.all(Array.from({ length: 9 }, () => api.knowledge.manual(asked)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await names()).toEqual(['Hours', 'Open?']);
  });
});

describe('what a user may keep', () => {
  it('is not passed by many that come at once', async () => {
    const memory = createMemoryStore();
    const usage = async (userId: string) => {
      const { items, size } = await memory.knowledge.usage(userId);
      return { items: items + 9_997, size };
    };
    const { api, names } = telling({ store: { ...memory, knowledge: { ...memory.knowledge, usage } } });
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => api.knowledge.manual({ question: `Q${at}`, answer: `A${at}` })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await names()).toHaveLength(3);
  });

  it('is not passed by what an item grows by', async () => {
    const memory = createMemoryStore();
    const usage = () => Promise.resolve({ items: 1, size: 199_999_990 });
    const { api } = telling({ store: { ...memory, knowledge: { ...memory.knowledge, usage } } });
    await expect(api.knowledge.manual({ question: 'Q', answer: 'eleven char' })).rejects.toMatchObject({
      code: 'too_large',
    });
    const { id } = await api.knowledge.manual({ question: 'Q', answer: 'short' });
    await expect(api.knowledge.update({ id, content: 'short and longer' })).rejects.toMatchObject({
      code: 'too_large',
    });
    expect(await api.knowledge.update({ id, content: 'tiny' })).toMatchObject({ content: 'tiny' });
  });
});

describe('a search', () => {
  it("gives nothing of another owner's, nor of what is disabled", async () => {
    const site = await siteOf({ '/': html('Lanterns', 'The lantern is lit at dusk.') });
    const { api, app, found } = worldReaching([site.host]);
    const stranger = app.as({ role: 'user', userId: 'stranger' });
    const { id } = await api.knowledge.scrape({ url: site.url });
    expect(await found('lantern')).toEqual([`${site.url}/`]);
    expect((await stranger.knowledge.search({ q: 'lantern' })).items).toEqual([]);
    await api.knowledge.update({ id, enabled: false });
    expect(await found('lantern')).toEqual([]);
    await api.knowledge.update({ id, enabled: true });
    expect(await found('lantern')).toEqual([`${site.url}/`]);
  });
});
