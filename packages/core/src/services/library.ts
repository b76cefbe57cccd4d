import { setImmediate as breath } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { fused } from '../knowledge/fuse.ts';
import { createSections } from '../knowledge/headings.ts';
import { createNearness, type Nearness } from '../knowledge/near.ts';
import { createIndex, type Index } from '../knowledge/rank.ts';
import type { SearchableItem, Store, StoredPassage } from '../store.ts';
import type { Vectors } from './vectors.ts';

/** A passage that was found, with the item it stands in. */
export interface Found {
  itemId: string;
  name: string;
  url: string | null;
  passage: StoredPassage;
  /** 0 to 1. */
  score: number;
}
type Held = Omit<Found, 'score'>;

interface Shelf {
  index: Index<Held>;
  nearness: Nearness<Held>;
  /** Item → what it is called, and what it was when it was read. */
  items: Map<string, { name: string; stamp: string; vectorModel: string | null }>;
  /** Of the owner's knowledge, as far as the index has followed. */
  revision: number;
  following: Promise<void> | null;
}

const emptyShelf = (): Shelf => ({
  index: createIndex(),
  nearness: createNearness(),
  items: new Map(),
  revision: 0,
  following: null,
});

const stampOf = (head: SearchableItem | undefined) => head && `${head.hash} ${head.vectorModel} ${head.name}`;

/** Of all shelves together, but that one owner's is always kept while it is used. */
const MOST_BYTES = 1_000_000_000;
/** What is kept of a passage of a hundred words, besides its vector. */
const PASSAGE_BYTES = 3_200;
const ITEMS_AT_ONCE = 20;
const VECTOR_BYTES_AT_ONCE = 2_000_000;
/** Found by words and by meaning, each, before the two are made one list. */
const CANDIDATES = 50;
/** Some ten milliseconds of work. */
const CHARACTERS_AT_ONCE = 50_000;

/**
 * The knowledge of owners, made searchable while it is asked for. The database is the truth: its revision is compared
 * at every search, and the index follows what has changed, item by item.
 */
export function createLibrary({ store, vectors }: { store: Store; vectors: Vectors }) {
  const shelves = new LRUCache<string, Shelf>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ index, nearness }) =>
      Math.min(1 + index.size * PASSAGE_BYTES + nearness.bytes, MOST_BYTES),
  });

  async function follow(userId: string, shelf: Shelf, revision: number): Promise<void> {
    const wanted = await store.knowledge.searchable(userId);
    const heads = new Map(wanted.map((head) => [head.id, head]));
    for (const [id, { stamp }] of shelf.items)
      if (stampOf(heads.get(id)) !== stamp) {
        shelf.index.remove(id);
        shelf.nearness.remove(id);
        shelf.items.delete(id);
      }
    let added = 0;
    const missing = wanted.filter(({ id }) => !shelf.items.has(id));
    for (const some of batchesOf(missing)) {
      const ids = some.map(({ id }) => id);
      const passages = await store.knowledge.passages(ids);
      const made = some.some(({ vectorModel }) => vectorModel) ? await store.knowledge.vectors(ids) : [];
      const byItem = new Map<string, StoredPassage[]>(some.map(({ id }) => [id, []]));
      for (const passage of passages) byItem.get(passage.itemId)?.push(passage);
      for (const head of some) {
        const { id, name, url } = head;
        const held = byItem.get(id)!.map((passage) => ({ itemId: id, name, url, passage }));
        const sectionsOf = createSections();
        for (const value of held) {
          const { text } = value.passage;
          // A passage is found by what stands above it, too.
          const title = [name, ...sectionsOf(text)].join('\n');
          shelf.index.add(id, [{ value, title, text }]);
          added += text.length;
          if (added < CHARACTERS_AT_ONCE) continue;
          added = 0;
          await breath();
        }
        const meant = made.find(({ itemId }) => itemId === id);
        if (meant) shelf.nearness.set(id, held, meant.matrix);
        shelf.items.set(id, { name, stamp: stampOf(head)!, vectorModel: head.vectorModel });
      }
    }
    shelf.revision = revision;
  }

  async function upToDate(userId: string): Promise<Shelf> {
    const revision = await store.knowledge.revision(userId);
    const shelf = shelves.get(userId) ?? emptyShelf();
    shelves.set(userId, shelf);
    while (shelf.revision < revision) {
      shelf.following ??= follow(userId, shelf, revision).finally(() => (shelf.following = null));
      await shelf.following;
      shelves.set(userId, shelf);
    }
    return shelf;
  }

  return {
    /** The best passages of an owner, best first; of some items only when their ids or names are given. */
    async search(
      userId: string,
      question: string,
      { limit, items: named }: { limit: number; items?: readonly string[] | undefined },
    ): Promise<Found[]> {
      const model = await vectors.modelOf(userId);
      let shelf = await upToDate(userId);
      if (model !== null && [...shelf.items.values()].some(({ vectorModel }) => vectorModel !== model)) {
        await vectors.follow(userId);
        shelf = await upToDate(userId);
      }
      const { index, nearness, items } = shelf;
      const chosen =
        named && [...items].filter(([id, { name }]) => named.includes(id) || named.includes(name));
      const ids = chosen?.map(([id]) => id);
      const comparable = [...(chosen ?? items)].filter(([, { vectorModel: by }]) => by && by === model);
      const meant = comparable.length ? await vectors.of(userId, question) : null;
      if (!meant) return foundOf(index.search(question, limit, ids));
      const candidates = Math.max(limit, CANDIDATES);
      const said = index.search(question, candidates, ids);
      const work = nearness.search(
        meant,
        candidates,
        comparable.map(([id]) => id),
      );
      return foundOf(fused([said, await sliceBySlice(work)]).slice(0, limit));
    },
  };
}
export type Library = ReturnType<typeof createLibrary>;

/** So many that others need not wait long while they are read. */
function* batchesOf(heads: readonly SearchableItem[]): Generator<SearchableItem[]> {
  let batch: SearchableItem[] = [];
  let bytes = 0;
  for (const head of heads) {
    batch.push(head);
    bytes += head.vectorBytes;
    if (batch.length < ITEMS_AT_ONCE && bytes < VECTOR_BYTES_AT_ONCE) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length) yield batch;
}

/** Others have their turn in between. */
async function sliceBySlice<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await breath();
  }
}

const foundOf = (ranked: readonly { value: Held; score: number }[]): Found[] =>
  ranked.map(({ value, score }) => ({ ...value, score }));
