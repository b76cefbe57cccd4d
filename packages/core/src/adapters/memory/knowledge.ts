import { CrmflowError, notFound } from '../../errors.ts';
import type { KnowledgeItem, Store, StoredPassage } from '../../store.ts';
import { copy, newestFirst, pageFrom } from './rows.ts';

/** Knowledge that lives as long as the process. */
export function memoryKnowledge(): Store['knowledge'] & { forget(userId: string): void } {
  const items = new Map<string, KnowledgeItem>();
  const passages = new Map<string, readonly StoredPassage[]>();
  const revisions = new Map<string, number>();
  const of = (userId: string) => [...items.values()].filter((item) => item.userId === userId);
  const changed = (userId: string) => revisions.set(userId, (revisions.get(userId) ?? 0) + 1);

  function at(id: string): KnowledgeItem {
    const item = items.get(id);
    if (!item) throw notFound('knowledge item', id);
    return item;
  }
  function mustBeNew({ id, userId, hash }: KnowledgeItem) {
    if (hash !== null && of(userId).some((other) => other.hash === hash && other.id !== id))
      throw new CrmflowError('conflict', 'This content is there already.');
  }

  return {
    get: async (id) => copy(items.get(id) ?? null),
    findByHash: async (userId, hash) => copy(of(userId).find((item) => item.hash === hash) ?? null),
    findByUrl: async (userId, url) => copy(of(userId).find((item) => item.url === url) ?? null),
    async list(userId, page, type) {
      const found = of(userId).filter((item) => type === undefined || item.type === type);
      const { items: rows, nextCursor } = pageFrom(newestFirst(found, 'createdAt'), page);
      return {
        items: rows.map(({ content, ...item }) => ({ ...item, size: content.length })),
        nextCursor,
      };
    },
    async create(item, pieces) {
      mustBeNew(item);
      items.set(item.id, copy(item));
      passages.set(item.id, copy(pieces));
      changed(item.userId);
    },
    async update(id, patch, updatedAt, pieces) {
      const saved = { ...at(id), ...patch, updatedAt };
      mustBeNew(saved);
      items.set(id, copy(saved));
      if (pieces) passages.set(id, copy(pieces));
      changed(saved.userId);
      return copy(saved);
    },
    async remove(id) {
      const { userId } = at(id);
      items.delete(id);
      passages.delete(id);
      changed(userId);
    },
    async usage(userId) {
      const own = of(userId);
      return { items: own.length, size: own.reduce((sum, { content }) => sum + content.length, 0) };
    },
    revision: async (userId) => revisions.get(userId) ?? 0,
    searchable: async (userId) =>
      of(userId)
        .filter(({ state, enabled }) => state === 'ready' && enabled)
        .map(({ id, name, url, hash }) => ({ id, name, url, hash })),
    passages: async (itemIds) => copy(itemIds.flatMap((id) => passages.get(id) ?? [])),
    processing: async (before) =>
      [...items.values()].flatMap(({ id, state, createdAt }) =>
        state === 'processing' && createdAt < before ? [id] : [],
      ),
    forget(userId) {
      for (const { id } of of(userId)) {
        items.delete(id);
        passages.delete(id);
      }
    },
  };
}
