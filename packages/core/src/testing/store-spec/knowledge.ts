import { expect, it } from 'vitest';
import type { KnowledgeItem, StoredPassage } from '../../store.ts';
import { after, aWorld, newId, START, type OpenStore } from './rows.ts';

const anItem = (userId: string, given: Partial<KnowledgeItem> = {}): KnowledgeItem => ({
  id: newId('item'),
  userId,
  type: 'manual',
  name: 'When are you open?',
  content: 'Daily from nine. “Always” \u{1F600}',
  enabled: true,
  state: 'ready',
  reason: null,
  url: null,
  hash: newId('hash'),
  progress: null,
  crawl: null,
  createdAt: START,
  updatedAt: START,
  ...given,
});
const passagesIn = (itemId: string, ...texts: string[]): StoredPassage[] =>
  texts.map((text, position) => ({ itemId, position, text, page: position + 1, start: 0, end: text.length }));

export function knowledgeSpec(open: OpenStore): void {
  it('gives an item back whole, with its passages in order', async () => {
    const { store, userId } = await aWorld(open);
    const { knowledge } = store;
    const item = anItem(userId, { type: 'web', url: 'https://example.com/', name: 'A page' });
    const passages = passagesIn(item.id, 'one', 'two', 'three');
    await knowledge.create(item, passages);
    expect(await knowledge.get(item.id)).toEqual(item);
    expect(await knowledge.findByHash(userId, item.hash!)).toEqual(item);
    expect(await knowledge.passages([item.id, 'nobody'])).toEqual(passages);
    const { content, ...summary } = item;
    expect((await knowledge.list(userId, { limit: 5 }, { type: 'web' })).items).toEqual([
      { ...summary, size: content.length },
    ]);
    expect((await knowledge.list(userId, { limit: 5 }, { type: 'pdf' })).items).toEqual([]);
    expect(await knowledge.usage(userId)).toEqual({ items: 1, size: content.length });
    expect(await knowledge.get('nobody')).toBeNull();
    expect(await knowledge.usage('nobody')).toEqual({ items: 0, size: 0 });
  });

  it('keeps the same content once an owner', async () => {
    const { store, userId } = await aWorld(open);
    const other = await aWorld(() => Promise.resolve(store));
    const item = anItem(userId);
    await store.knowledge.create(item, []);
    const again = anItem(userId, { hash: item.hash });
    await expect(store.knowledge.create(again, passagesIn(again.id, 'x'))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await store.knowledge.get(again.id)).toBeNull();
    await store.knowledge.create(anItem(other.userId, { hash: item.hash }), []);
    for (const hash of [null, null]) await store.knowledge.create(anItem(userId, { hash }), []);
  });

  it('changes what a patch names, and the passages when they are given', async () => {
    const { store, userId } = await aWorld(open);
    const { knowledge } = store;
    const item = anItem(userId, { state: 'processing', content: '', hash: null, reason: 'none yet' });
    await knowledge.create(item, passagesIn(item.id, 'a', 'b', 'c'));
    const patch = {
      name: 'Better',
      content: 'All of it',
      state: 'ready',
      reason: null,
      hash: newId('hash'),
    } as const;
    const saved = await knowledge.update(item.id, patch, after(3), {
      passages: passagesIn(item.id, 'x', 'y'),
    });
    expect(saved).toEqual({ ...item, ...patch, updatedAt: after(3) });
    expect(await knowledge.get(item.id)).toEqual(saved);
    expect((await knowledge.passages([item.id])).map(({ text }) => text)).toEqual(['x', 'y']);
    await knowledge.update(item.id, { enabled: false }, after(4));
    expect(await knowledge.get(item.id)).toEqual({ ...saved, enabled: false, updatedAt: after(4) });
    expect((await knowledge.passages([item.id])).map(({ text }) => text)).toEqual(['x', 'y']);
    await expect(knowledge.update('nobody', {}, START)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('counts every change of what is searched, and names what is', async () => {
    const { store, userId } = await aWorld(open);
    const { knowledge } = store;
    const from = await knowledge.revision(userId);
    const [ready, off, young] = [
      anItem(userId),
      anItem(userId, { enabled: false }),
      anItem(userId, { state: 'processing', hash: null }),
    ];
    for (const item of [ready, off, young]) await knowledge.create(item, passagesIn(item.id, 'x'));
    const { id, name, url, hash } = ready;
    expect(await knowledge.searchable(userId)).toEqual([
      { id, name, url, hash, vectorModel: null, vectorBytes: 0 },
    ]);
    expect(await knowledge.revision(userId)).toBe(from + 3);
    await knowledge.update(off.id, { enabled: true }, START);
    await knowledge.remove(ready.id);
    expect(await knowledge.revision(userId)).toBe(from + 5);
    expect((await knowledge.searchable(userId)).map((item) => item.id)).toEqual([off.id]);
    expect(await knowledge.passages([ready.id])).toEqual([]);
    expect((await knowledge.list(userId, { limit: 5 }, { state: 'processing' })).items).toMatchObject([
      { id: young.id },
    ]);
    await expect(knowledge.remove(ready.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps a job with its item until nothing is under way, and lets one at a time have it', async () => {
    const { store, userId } = await aWorld(open);
    const { knowledge } = store;
    const begun = { state: 'processing', content: '', progress: { done: 0, total: 1 } } as const;
    const item = anItem(userId, begun);
    const source = { kind: 'file', name: 'a.md', mimeType: 'text/markdown' } as const;
    const bytes = Uint8Array.from([0, 1, 127, 128, 255]);
    await knowledge.create(item, [], { source, bytes, dueAt: after(10) });
    const claims = (now: string) => knowledge.claim(now, 100, after(30), item.id);
    expect(await claims(after(9))).toEqual([]);
    const both = await Promise.all([claims(after(11)), claims(after(11))]);
    expect(both.flat()).toEqual([{ itemId: item.id, source, bytes, attempts: 2 }]);
    const progress = { done: 3, total: 9 };
    expect(await knowledge.hold(item.id, 1, after(90), progress)).toBe(false);
    expect(await knowledge.hold(item.id, 2, after(50), progress)).toBe(true);
    expect(await knowledge.get(item.id)).toEqual({ ...item, progress });
    expect(await claims(after(49))).toEqual([]);
    await knowledge.release(after(1));
    expect(await claims(after(2))).toMatchObject([{ attempts: 3 }]);
    const ready = { state: 'ready', content: 'All', progress: null } as const;
    await knowledge.update(item.id, ready, after(3), { passages: passagesIn(item.id, 'All') });
    expect(await claims(after(99))).toEqual([]);
    expect(await knowledge.hold(item.id, 3, after(99), progress)).toBe(false);
  });

  it('begins a job for an item that is there, which goes with the item', async () => {
    const { store, userId } = await aWorld(open);
    const { knowledge } = store;
    const item = anItem(userId, { type: 'web', url: 'https://example.com/crawled' });
    await knowledge.create(item, passagesIn(item.id, 'one'));
    const source = { kind: 'crawl', url: item.url!, depth: 2, pages: 10 } as const;
    const job = { source, bytes: null, dueAt: START };
    await knowledge.update(item.id, { progress: { done: 1, total: 4 } }, START, { job });
    await knowledge.update(item.id, { name: 'Renamed' }, START);
    expect(await knowledge.claim(START, 1, after(1), item.id)).toEqual([
      { itemId: item.id, source, bytes: null, attempts: 2 },
    ]);
    expect(await knowledge.passages([item.id])).toHaveLength(1);
    await knowledge.remove(item.id);
    expect(await knowledge.claim(after(9), 1, after(10), item.id)).toEqual([]);
  });
}
