import { cleaned } from '../contract/text.ts';
import { CrmflowError } from '../errors.ts';
import type { Ids, ReadDocument, Readers, Sealer } from '../ports.ts';
import type { KnowledgeItem, KnowledgeSource, Progress } from '../store.ts';
import type { Skills } from './skills.ts';
import type { WebPages } from './web-pages.ts';

/** What is to be taken in, before it has been read. */
export interface Given {
  source: KnowledgeSource;
  /** Of a file. */
  bytes: Uint8Array<ArrayBuffer> | null;
}
/** What came of reading it. */
export interface Read {
  document: ReadDocument;
  /** Of what it says: the same again is the same item. */
  hash: string;
  /** Where a page stands, after redirects. */
  url: string | null;
}

/** Of what has no pages that could be counted. */
export const BEGUN: Progress = { done: 0, total: 1 };
const BYTES_AT_ONCE = 1_000_000;

interface Needs {
  ids: Ids;
  readers: Readers;
  sealer: Sealer;
  openPages(): WebPages;
  skills: Pick<Skills, 'listenerOf'>;
}
type Voice = Extract<KnowledgeSource, { kind: 'voice' }>;
export type Sources = ReturnType<typeof createSources>;

/** Reads all that knowledge is made of. */
export function createSources({ ids, readers, sealer, openPages, skills }: Needs) {
  /** Of what a file or an answer holds, before it is read; a page must be read to know. */
  async function hashOf({ source, bytes }: Given): Promise<string | null> {
    if (source.kind === 'manual') return ids.hash(`manual\n${source.question}\n${source.answer}`);
    return bytes && hashOfBytes(source.kind, bytes);
  }

  /** Piece by piece: a large file would hold everybody up. */
  async function hashOfBytes(kind: string, bytes: Uint8Array): Promise<string> {
    let hash = kind;
    for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
      const length = Math.min(BYTES_AT_ONCE, bytes.length - at);
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
      hash = ids.hash(`${hash}\n${piece.toString('base64')}`);
      await new Promise(setImmediate);
    }
    return hash;
  }

  async function documentOf(
    { source, bytes }: Given,
    onProgress: (progress: Progress) => void,
  ): Promise<ReadDocument> {
    if (source.kind === 'manual') return { title: null, text: source.answer, pages: [] };
    if (!bytes) throw new CrmflowError('internal', 'The bytes of a file are not there any more.');
    if (source.kind === 'voice') return { title: null, text: await heard(source, bytes), pages: [] };
    if (source.kind === 'pdf') {
      const password = source.password === null ? undefined : sealer.open(source.password, PASSWORD);
      return readers.pdf(bytes, password, (done, total) => onProgress({ done, total }));
    }
    const { name, mimeType } = source as Extract<KnowledgeSource, { kind: 'file' }>;
    return isHtml(mimeType, name) ? readers.html(bytes, mimeType) : readers.text(bytes);
  }

  async function heard({ userId, mimeType }: Voice, bytes: Uint8Array): Promise<string> {
    const listen = await skills.listenerOf(userId);
    if (!listen) throw nobodyListens();
    const text = cleaned(await listen({ bytes, mimeType }, new AbortController().signal)).trim();
    if (text) return text;
    throw new CrmflowError('unprocessable', 'Nothing is said in the recording.');
  }

  return {
    hashOf,
    /** As it is kept with the job of a file. */
    seal: (password: string) => sealer.seal(password, PASSWORD),
    /** @throws CrmflowError with what is wrong with it */
    async read(given: Given, onProgress: (progress: Progress) => void): Promise<Read> {
      if (given.source.kind === 'web') return openPages().read(given.source.url);
      const document = await documentOf(given, onProgress);
      return { document, hash: (await hashOf(given))!, url: null };
    },
  };
}

export const nobodyListens = () =>
  new CrmflowError(
    'unavailable',
    'No provider here turns speech into text. Store a key of one that does: crmflow keys set gemini',
  );
const PASSWORD = 'password of a file';
const isHtml = (mimeType: string, name: string) => /html/i.test(mimeType) || /\.html?$/i.test(name);

/** What an item of it is like before it is read. */
export function beginningOf({ source }: Given): Pick<KnowledgeItem, 'type' | 'name' | 'url'> {
  switch (source.kind) {
    case 'manual':
      return { type: 'manual', name: source.question, url: null };
    case 'pdf':
    case 'file':
    case 'voice':
      return { type: source.kind, name: source.name, url: null };
    case 'web':
    case 'crawl':
      return { type: 'web', name: source.url, url: source.url };
  }
}
