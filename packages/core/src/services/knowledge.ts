import type { Services } from '../contract/index.ts';
import type { Actor, Upload } from '../contract/operation.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Clock, Http, Ids, Readers } from '../ports.ts';
import type { KnowledgeItem, KnowledgeSummary, Store } from '../store.ts';
import type { Library } from './library.ts';
import { createTaking, cut, type Taking } from './taking.ts';
import { createPages } from './web-pages.ts';
import { safeName } from './visitor-files.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  http: Http;
  readers: Readers;
  library: Library;
}
type Type = KnowledgeItem['type'];

/** A reading that is older was cut off with its process. */
const CUT_MS = 15 * 60_000;
const BYTES_AT_ONCE = 1_000_000;

export function createKnowledge({
  store,
  ids,
  clock,
  http,
  readers,
  library,
}: Needs): Services['knowledge'] & {
  /** Names as failed what was being read when its process ended: everything, when no other process works here. */
  settle(isAlone: boolean): Promise<void>;
} {
  const { knowledge } = store;
  const taking = createTaking({ store, ids, clock });
  const fetchPage = createPages(http);

  const take = async (actor: Actor, what: Taking) => viewOf(await taking.take(ownerOf(actor), what));

  async function owned(actor: Actor, id: string): Promise<KnowledgeItem> {
    const item = await knowledge.get(id);
    if (item?.userId !== ownerOf(actor)) throw notFound('knowledge item', id);
    return item;
  }

  /** Piece by piece: a large file would hold everybody up. */
  async function hashOf(type: Type, bytes: Uint8Array): Promise<string> {
    let hash: string = type;
    for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
      const piece = Buffer.from(
        bytes.buffer,
        bytes.byteOffset + at,
        Math.min(BYTES_AT_ONCE, bytes.length - at),
      );
      hash = ids.hash(`${hash}\n${piece.toString('base64')}`);
      await new Promise(setImmediate);
    }
    return hash;
  }

  async function fromFile(actor: Actor, { file, ...what }: Omit<Taking, 'name' | 'hash'> & { file: Upload }) {
    const hash = await hashOf(what.type, file.bytes);
    return take(actor, { ...what, name: safeName(file.name), hash });
  }

  const readText = (bytes: Uint8Array, contentType: string, name = '') =>
    /html/i.test(contentType) || /\.html?$/i.test(name)
      ? readers.html(bytes, contentType)
      : readers.text(bytes);

  return {
    async list(actor, { type, ...page }) {
      const { items, nextCursor } = await knowledge.list(ownerOf(actor), page, type);
      return { items: items.map(summaryOf), nextCursor };
    },
    async search(actor, { q, limit }) {
      const found = await library.search(ownerOf(actor), q, { limit });
      const items = found.map(({ itemId, name, url, passage: { start, end, page, text }, score }) => ({
        itemId,
        source: name,
        start,
        end,
        page,
        url,
        text,
        score,
      }));
      return { items, nextCursor: null };
    },
    get: async (actor, { id }) => viewOf(await owned(actor, id)),
    manual: (actor, { question, answer }) =>
      take(actor, {
        type: 'manual',
        name: question,
        hash: ids.hash(`manual\n${question}\n${answer}`),
        read: () => Promise.resolve({ title: null, text: answer, pages: [] }),
      }),
    pdf: (actor, { file, password }) =>
      fromFile(actor, { type: 'pdf', file, password, read: () => readers.pdf(file.bytes, password) }),
    file: (actor, { file }) =>
      fromFile(actor, { type: 'file', file, read: () => readText(file.bytes, file.mimeType, file.name) }),
    async scrape(actor, { url }) {
      const { body, contentType, url: at } = await fetchPage(url);
      const hash = await hashOf('web', body);
      return take(actor, { type: 'web', name: url, url: at, hash, read: () => readText(body, contentType) });
    },
    voice: () =>
      Promise.reject(
        new CrmflowError(
          'unavailable',
          'No provider here turns speech into text. Store a key of one that does.',
        ),
      ),
    async update(actor, { id, name, content: sent, enabled }) {
      const item = await owned(actor, id);
      // What was read and is sent back as it is keeps its pages.
      const content = sent === item.content ? undefined : sent;
      if (content !== undefined) await taking.mustFit(item.userId);
      const patch = {
        ...(name !== undefined && { name }),
        ...(enabled !== undefined && { enabled }),
        ...(content !== undefined && {
          content,
          hash: ids.hash(`${item.type}\n${name ?? item.name}\n${content}`),
        }),
      };
      const passages = content === undefined ? undefined : await cut(id, { text: content, pages: [] });
      return viewOf(await knowledge.update(id, patch, clock.now().toISOString(), passages));
    },
    async remove(actor, { id }) {
      await owned(actor, id);
      await knowledge.remove(id);
      return {};
    },
    async settle(isAlone) {
      const before = new Date(clock.now().getTime() - (isAlone ? 0 : CUT_MS)).toISOString();
      for (const id of await knowledge.processing(before))
        await taking.fail({ id }, 'Reading it was interrupted. Add it again.');
    },
  };
}

const summaryOf = ({ userId: _userId, hash: _hash, ...item }: KnowledgeSummary) => item;
const viewOf = ({ userId: _userId, hash: _hash, ...item }: KnowledgeItem) => ({
  ...item,
  size: item.content.length,
});
