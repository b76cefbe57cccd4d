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
    expect((await knowledge.list(userId, { limit: 5 }, 'web')).items).toEqual([
      { ...summary, size: content.length },
    ]);
    expect((await knowledge.list(userId, { limit: 5 }, 'pdf')).items).toEqual([]);
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
    const saved = await knowledge.update(item.id, patch, after(3), passagesIn(item.id, 'x', 'y'));
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
    expect(await knowledge.searchable(userId)).toEqual([{ id, name, url, hash }]);
    expect(await knowledge.revision(userId)).toBe(from + 3);
    await knowledge.update(off.id, { enabled: true }, START);
    await knowledge.remove(ready.id);
    expect(await knowledge.revision(userId)).toBe(from + 5);
    expect((await knowledge.searchable(userId)).map((item) => item.id)).toEqual([off.id]);
    expect(await knowledge.passages([ready.id])).toEqual([]);
    expect(await knowledge.processing(after(1))).toEqual(expect.arrayContaining([young.id]));
    expect(await knowledge.processing(START)).not.toContain(young.id);
    await expect(knowledge.remove(ready.id)).rejects.toMatchObject({ code: 'not_found' });
  });
}
