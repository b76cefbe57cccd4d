import { LRUCache } from 'lru-cache';
import { createSections } from '../knowledge/headings.ts';
import { createIndex, type Index } from '../knowledge/rank.ts';
import type { Store, StoredPassage } from '../store.ts';

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
  /** Item → what it is called, and what it was when it was read. */
  items: Map<string, { name: string; stamp: string }>;
  /** Of the owner's knowledge, as far as the index has followed. */
  revision: number;
  following: Promise<void> | null;
}

const emptyShelf = (): Shelf => ({ index: createIndex(), items: new Map(), revision: 0, following: null });

const stampOf = (head: { name: string; hash: string | null } | undefined) =>
  head && `${head.hash} ${head.name}`;

/** In all indexes together, but that one owner's is always kept while it is used. */
const MOST_PASSAGES = 300_000;
const ITEMS_AT_ONCE = 20;
/** Some ten milliseconds of work. */
const CHARACTERS_AT_ONCE = 50_000;

/**
 * The knowledge of owners, made searchable while it is asked for. The database is the truth: its revision is compared
 * at every search, and the index follows what has changed, item by item.
 */
export function createLibrary(store: Store) {
  const shelves = new LRUCache<string, Shelf>({
    maxSize: MOST_PASSAGES,
    sizeCalculation: ({ index }) => Math.min(1 + index.size, MOST_PASSAGES),
  });

  async function follow(userId: string, shelf: Shelf, revision: number): Promise<void> {
    const wanted = await store.knowledge.searchable(userId);
    const heads = new Map(wanted.map((head) => [head.id, head]));
    for (const [id, { stamp }] of shelf.items)
      if (stampOf(heads.get(id)) !== stamp) {
        shelf.index.remove(id);
        shelf.items.delete(id);
      }
    let added = 0;
    const missing = wanted.filter(({ id }) => !shelf.items.has(id));
    for (let at = 0; at < missing.length; at += ITEMS_AT_ONCE) {
      const some = missing.slice(at, at + ITEMS_AT_ONCE);
      const passages = await store.knowledge.passages(some.map(({ id }) => id));
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
          // Others have their turn in between.
          await new Promise(setImmediate);
        }
        shelf.items.set(id, { name, stamp: stampOf(head)! });
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
      const { index, items } = await upToDate(userId);
      const ids = named && [...items].filter(([id, { name }]) => named.includes(id) || named.includes(name));
      const found = index.search(
        question,
        limit,
        ids?.map(([id]) => id),
      );
      return found.map(({ value, score }) => ({ ...value, score }));
    },
  };
}
export type Library = ReturnType<typeof createLibrary>;
