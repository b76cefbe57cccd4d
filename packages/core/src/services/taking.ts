import { CrmflowError } from '../errors.ts';
import { passagesOf } from '../knowledge/passages.ts';
import type { Clock, Ids, ReadDocument } from '../ports.ts';
import type { KnowledgeItem, Store, StoredPassage } from '../store.ts';
import { within } from './within.ts';

/** What is to be taken in, before it has been read. */
export interface Taking {
  type: KnowledgeItem['type'];
  /** Until what is read says better. */
  name: string;
  /** Of a page: one address is one item, whatever stands there by and by. */
  url?: string;
  /** Of what came in: the same again is not read again. */
  hash: string;
  /** What it is opened with: another one is another try. */
  password?: string | undefined;
  read(): Promise<ReadDocument>;
}
interface Taken {
  item: KnowledgeItem;
  /** What is still to be done; it never rejects. */
  rest?: Promise<void>;
}

/** Longer, and the caller is answered while it is still read. */
const ANSWER_MS = 10_000;
const MOST_ITEMS = 10_000;
const MOST_CHARACTERS = 200_000_000;
const PIECES_AT_ONCE = 500;

/** Takes in what was brought: reads it, cuts it into passages, and keeps all of it or nothing. */
export function createTaking({ store, ids, clock }: { store: Store; ids: Ids; clock: Clock }) {
  const { knowledge } = store;
  const now = () => clock.now().toISOString();
  const underWay = new Map<string, Promise<KnowledgeItem>>();

  async function mustFit(userId: string) {
    const { items, size } = await knowledge.usage(userId);
    if (items >= MOST_ITEMS || size >= MOST_CHARACTERS)
      throw new CrmflowError(
        'too_large',
        `Your knowledge is full: at most ${MOST_ITEMS} items and ${MOST_CHARACTERS} characters. Delete some.`,
      );
  }

  /** Gives the item once it is there; one that is still read after ten seconds. Brought twice at once, it is read once. */
  function take(userId: string, taking: Taking): Promise<KnowledgeItem> {
    const key = JSON.stringify([userId, taking.hash, taking.password]);
    const same = underWay.get(key);
    if (same) return same;
    const work = begin(userId, taking);
    const item = work.then((taken) => taken.item);
    underWay.set(key, item);
    const over = () => void underWay.delete(key);
    void work.then(({ rest }) => rest).then(over, over);
    return item;
  }

  async function begin(userId: string, taking: Taking): Promise<Taken> {
    const { type, name, url = null, hash } = taking;
    const known = await knowledge.findByHash(userId, hash);
    if (known) return { item: known };
    const before = url === null ? null : await knowledge.findByUrl(userId, url);
    if (before) return { item: await replace(before, hash, await taking.read()) };
    await mustFit(userId);
    const at = now();
    const times = { createdAt: at, updatedAt: at };
    const started = { content: '', enabled: true, state: 'processing', reason: null, hash: null } as const;
    const item: KnowledgeItem = { id: ids.row(), userId, type, name, url, ...started, ...times };
    const reading = taking.read();
    const document = await within(ANSWER_MS, reading);
    if (document) return { item: await keep(item, hash, document) };
    await knowledge.create(item, []);
    const rest = reading
      .then((late) => replace(item, hash, late))
      .then(
        () => undefined,
        (cause: unknown) => fail(item, CrmflowError.from(cause).message),
      );
    return { item, rest };
  }

  async function keep(item: KnowledgeItem, hash: string, document: ReadDocument): Promise<KnowledgeItem> {
    const read = { ...item, ...found(item, hash, document) };
    try {
      await knowledge.create(read, await cut(item.id, document));
      return read;
    } catch (cause) {
      // Another process has taken the same meanwhile.
      const known = await knowledge.findByHash(item.userId, hash);
      if (known) return known;
      throw cause;
    }
  }

  const replace = async (item: KnowledgeItem, hash: string, document: ReadDocument) =>
    knowledge.update(item.id, found(item, hash, document), now(), await cut(item.id, document));

  async function fail({ id }: Pick<KnowledgeItem, 'id'>, reason: string): Promise<void> {
    // It may have been deleted meanwhile.
    await knowledge.update(id, { state: 'failed', reason }, now()).catch(() => undefined);
  }

  return { take, fail, mustFit };
}

/** Of an item that is there already, the name stays: its owner may have given it. */
function found({ type, name, state }: KnowledgeItem, hash: string, { title, text }: ReadDocument) {
  const called = type === 'manual' || state === 'ready' ? '' : plainName(title ?? '');
  return {
    name: called || name,
    content: text,
    state: 'ready' as const,
    reason: null,
    hash,
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
