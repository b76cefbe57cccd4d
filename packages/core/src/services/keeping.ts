import { CrmflowError } from '../errors.ts';
import { passagesOf } from '../knowledge/passages.ts';
import type { Clock, Ids, ReadDocument } from '../ports.ts';
import { createMailbox } from '../runner/mailbox.ts';
import type { KnowledgeItem, NewJob, Store, StoredPassage } from '../store.ts';
import { BEGUN, beginningOf, type Given, type Read } from './sources.ts';

export interface Taken {
  item: KnowledgeItem;
  /** What taking it in has done to the owner's knowledge. */
  change: 'added' | 'changed' | 'unchanged';
}
/** What is added to what a user keeps. */
interface More {
  items: number;
  characters: number;
}

const MOST_ITEMS = 10_000;
const MOST_CHARACTERS = 200_000_000;
const PIECES_AT_ONCE = 500;

/** Keeps what was read: an item with all its passages, or nothing; the same only once. */
export function createKeeping({ store, ids, clock }: { store: Store; ids: Ids; clock: Clock }) {
  const { knowledge } = store;
  const now = () => clock.now().toISOString();
  const turns = createMailbox();

  async function mustFit(userId: string, more: More) {
    const { items, size } = await knowledge.usage(userId);
    if (items + more.items > MOST_ITEMS || size + more.characters > MOST_CHARACTERS)
      throw new CrmflowError(
        'too_large',
        `Your knowledge is full: at most ${MOST_ITEMS} items and ${MOST_CHARACTERS} characters. Delete some.`,
      );
  }
  /** One after the other for each owner: what fits for each of many at once may not fit for all. */
  const within = <T>(userId: string, more: More, work: () => Promise<T>): Promise<T> =>
    turns.inTurn(userId, async () => {
      await mustFit(userId, more);
      return work();
    });

  /** The item of this address, when it is another than this one. */
  async function otherAt({ id, userId }: KnowledgeItem, url: string): Promise<KnowledgeItem | null> {
    const there = await knowledge.findByUrl(userId, url);
    return there && there.id !== id && there.state === 'ready' ? there : null;
  }

  /** Keeps what was read in an item, or gives the one that says the same already. */
  async function keep(item: KnowledgeItem, read: Read, { isStored }: { isStored: boolean }): Promise<Taken> {
    const { userId, state } = item;
    const there = read.url === null || read.url === item.url ? null : await otherAt(item, read.url);
    if (there) return keep(there, read, { isStored: true });
    const same = await knowledge.findByHash(userId, read.hash);
    if (same && (same.id !== item.id || state === 'ready')) return { item: same, change: 'unchanged' };
    const patch = found(item, read);
    const passages = await cut(item.id, read.document);
    const characters = patch.content.length - item.content.length;
    return within(userId, { items: isStored ? 0 : 1, characters }, async () => {
      if (isStored) {
        const saved = await knowledge.update(item.id, patch, now(), { passages });
        return { item: saved, change: state === 'ready' ? 'changed' : 'added' };
      }
      return create({ ...item, ...patch }, passages);
    });
  }
  async function create(item: KnowledgeItem, passages: StoredPassage[], job?: NewJob): Promise<Taken> {
    try {
      await knowledge.create(item, passages, job);
      return { item, change: 'added' };
    } catch (cause) {
      // Somebody else has brought the same meanwhile.
      const known = item.hash === null ? null : await knowledge.findByHash(item.userId, item.hash);
      if (known) return { item: known, change: 'unchanged' };
      throw cause;
    }
  }

  /** Keeps what was read anew in its item, which stays as it is when another says the same. */
  async function refresh(item: KnowledgeItem, read: Read): Promise<Taken> {
    const taken = await keep(item, read, { isStored: true });
    const isSame = taken.item.id === item.id || taken.item.url === read.url;
    if (!isSame) throw sameAs(taken.item);
    return taken;
  }

  /** An item that is still to be read. */
  function draft(userId: string, given: Given, hash: string | null): KnowledgeItem {
    const at = now();
    const { type, name, url } = beginningOf(given);
    const begun = { state: 'processing', reason: null, progress: BEGUN, crawl: null } as const;
    const times = { createdAt: at, updatedAt: at };
    return { id: ids.row(), userId, type, name, url, hash, content: '', enabled: true, ...begun, ...times };
  }

  return {
    mustFit,
    within,
    create,
    keep,
    refresh,
    draft,
    /** Keeps a page that has been read. */
    async keepPage(userId: string, read: Read & { url: string }): Promise<Taken> {
      const known = await knowledge.findByUrl(userId, read.url);
      if (known?.state === 'ready') return refresh(known, read);
      const given = { source: { kind: 'web', url: read.url }, bytes: null } as const;
      return keep(known ?? draft(userId, given, null), read, { isStored: known !== null });
    },
  };
}
export type Keeping = ReturnType<typeof createKeeping>;

export const sameAs = ({ name }: KnowledgeItem) =>
  new CrmflowError('conflict', `It says the same as what is there already: ${name}.`);

/** Of an item that is there already, the name stays, since its owner may have given it, and so does what is under way for it. */
function found({ type, name, state }: KnowledgeItem, { document, hash, url }: Read) {
  const called = type === 'manual' || state === 'ready' ? '' : plainName(document.title ?? '');
  return {
    name: called || name,
    content: document.text,
    state: 'ready' as const,
    reason: document.lack ?? null,
    hash,
    ...(state !== 'ready' && { progress: null }),
    ...(url !== null && { url }),
  };
}

/** One line, without what turns text around. */
const plainName = (title: string) =>
  title
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .slice(0, 500)
    .toWellFormed()
    .trim();

/** The passages of a text, cut while others have their turn in between. */
export async function cut(
  itemId: string,
  { text, pages }: Pick<ReadDocument, 'text' | 'pages'>,
): Promise<StoredPassage[]> {
  const passages: StoredPassage[] = [];
  for (const piece of passagesOf(text, pages)) {
    if (passages.push({ itemId, position: passages.length, ...piece }) % PIECES_AT_ONCE === 0)
      await new Promise(setImmediate);
  }
  return passages;
}
