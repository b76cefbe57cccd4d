import { expect, it } from 'vitest';
import { after, aWorld, newId, START, type OpenStore } from './rows.ts';

const anItem = (userId: string) => {
  const [id, hash] = [newId('item'), newId('hash')];
  const given = {
    type: 'manual',
    name: 'Hours',
    content: 'Nine to five.',
    enabled: true,
    state: 'ready',
  } as const;
  const none = { reason: null, url: null, progress: null, crawl: null };
  return { id, userId, hash, ...given, ...none, createdAt: START, updatedAt: START };
};
const numbers = (...all: number[]) => Float32Array.from(all);

export function vectorSpec(open: OpenStore): void {
  async function begun() {
    const { store, userId } = await aWorld(open);
    const item = anItem(userId);
    await store.knowledge.create(item, []);
    return { knowledge: store.knowledge, userId, item };
  }

  it('gives vectors back as they were, and counts the revision up', async () => {
    const { knowledge, userId, item } = await begun();
    const revision = await knowledge.revision(userId);
    expect(await knowledge.vectors([item.id])).toEqual([]);
    const made = { model: 'm1', matrix: numbers(0.1, -2.5e-8, 3.4e38, 0) };
    await knowledge.putVectors(item, made);
    expect(await knowledge.vectors([item.id, 'nobody'])).toEqual([{ itemId: item.id, ...made }]);
    expect(await knowledge.searchable(userId)).toEqual([
      { id: item.id, name: item.name, url: null, hash: item.hash, vectorModel: 'm1', vectorBytes: 16 },
    ]);
    expect(await knowledge.revision(userId)).toBe(revision + 1);
    await knowledge.putVectors(item, { model: 'm2', matrix: numbers(1) });
    expect(await knowledge.vectors([item.id])).toEqual([
      { itemId: item.id, model: 'm2', matrix: numbers(1) },
    ]);
  });

  it('keeps none of a text that has changed or is gone', async () => {
    const { knowledge, userId, item } = await begun();
    const made = { model: 'm1', matrix: numbers(1, 2) };
    await knowledge.putVectors({ ...item, hash: 'another hash' }, made);
    await knowledge.putVectors({ ...item, name: 'Another name' }, made);
    await knowledge.putVectors({ ...item, id: 'nobody' }, made);
    expect(await knowledge.vectors([item.id, 'nobody'])).toEqual([]);
    await knowledge.putVectors(item, made);
    await knowledge.update(item.id, { name: item.name, enabled: true }, after(1));
    expect(await knowledge.vectors([item.id])).toHaveLength(1);
    await knowledge.update(item.id, { content: 'Ten to six.', hash: newId('hash') }, after(2), {
      passages: [],
    });
    expect(await knowledge.vectors([item.id])).toEqual([]);
    expect(await knowledge.searchable(userId)).toMatchObject([{ vectorModel: null, vectorBytes: 0 }]);
  });

  it('keeps none of an item that is called otherwise by now', async () => {
    const { knowledge, item } = await begun();
    await knowledge.putVectors(item, { model: 'm1', matrix: numbers(1, 2) });
    await knowledge.update(item.id, { name: 'Opening hours' }, after(1));
    expect(await knowledge.vectors([item.id])).toEqual([]);
  });
}
