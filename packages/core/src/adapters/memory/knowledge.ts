import { CrmflowError, notFound } from '../../errors.ts';
import type {
  KnowledgeItem,
  KnowledgeJob,
  NewJob,
  Store,
  StoredPassage,
  StoredVectors,
} from '../../store.ts';
import { copy, newestFirst, pageFrom } from './rows.ts';

/** Knowledge that lives as long as the process. */
export function memoryKnowledge(): Store['knowledge'] & { forget(userId: string): void } {
  const items = new Map<string, KnowledgeItem>();
  const passages = new Map<string, readonly StoredPassage[]>();
  const vectors = new Map<string, StoredVectors>();
  const jobs = new Map<string, Omit<KnowledgeJob, 'itemId'> & { dueAt: string }>();
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

  function begin(id: string, job: NewJob | undefined) {
    if (job) jobs.set(id, copy({ ...job, attempts: 1 }));
  }
  function drop(id: string) {
    for (const kept of [items, passages, vectors, jobs]) kept.delete(id);
  }

  return {
    get: async (id) => copy(items.get(id) ?? null),
    findByHash: async (userId, hash) => copy(of(userId).find((item) => item.hash === hash) ?? null),
    findByUrl: async (userId, url) => copy(of(userId).find((item) => item.url === url) ?? null),
    async list(userId, page, { type, state } = {}) {
      const found = of(userId).filter(
        (item) => (!type || item.type === type) && (!state || item.state === state),
      );
      const { items: rows, nextCursor } = pageFrom(newestFirst(found, 'createdAt'), page);
      return {
        items: rows.map(({ content, ...item }) => ({ ...item, size: content.length })),
        nextCursor,
      };
    },
    async create(item, pieces, job) {
      mustBeNew(item);
      items.set(item.id, copy(item));
      passages.set(item.id, copy(pieces));
      begin(item.id, job);
      changed(item.userId);
    },
    async update(id, patch, updatedAt, { passages: pieces, job } = {}) {
      const before = at(id);
      const saved = { ...before, ...patch, updatedAt };
      mustBeNew(saved);
      items.set(id, copy(saved));
      if (pieces) passages.set(id, copy(pieces));
      // A name is part of what a passage means.
      if (pieces || saved.name !== before.name) vectors.delete(id);
      if (patch.progress === null) jobs.delete(id);
      begin(id, job);
      changed(saved.userId);
      return copy(saved);
    },
    async remove(id) {
      const { userId } = at(id);
      drop(id);
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
        .map(({ id, name, url, hash }) => ({
          id,
          name,
          url,
          hash,
          vectorModel: vectors.get(id)?.model ?? null,
          vectorBytes: vectors.get(id)?.matrix.byteLength ?? 0,
        })),
    passages: async (itemIds) => copy(itemIds.flatMap((id) => passages.get(id) ?? [])),
    vectors: async (itemIds) =>
      copy(
        itemIds.flatMap((itemId) => {
          const found = vectors.get(itemId);
          return found ? [{ itemId, ...found }] : [];
        }),
      ),
    async putVectors({ id, hash, name }, made) {
      const item = items.get(id);
      if (item?.hash !== hash || item.name !== name || item.state !== 'ready') return;
      vectors.set(id, copy(made));
      changed(item.userId);
    },
    async claim(now, limit, until, itemId) {
      const due = [...jobs]
        .filter(([id, { dueAt }]) => dueAt <= now && (itemId === undefined || id === itemId))
        .sort(([, one], [, other]) => (one.dueAt < other.dueAt ? -1 : 1))
        .slice(0, limit);
      return due.map(([id, job]) => {
        Object.assign(job, { dueAt: until, attempts: job.attempts + 1 });
        const { dueAt: _dueAt, ...claimed } = copy(job);
        return { itemId: id, ...claimed };
      });
    },
    async hold(itemId, attempts, until, progress) {
      const job = jobs.get(itemId);
      if (job?.attempts !== attempts) return false;
      job.dueAt = until;
      items.set(itemId, { ...at(itemId), progress });
      return true;
    },
    async release(now) {
      for (const job of jobs.values()) if (job.dueAt > now) job.dueAt = now;
    },
    forget(userId) {
      for (const { id } of of(userId)) drop(id);
    },
  };
}
