import type { Page, PageRequest } from './page.ts';

/** Something flows may answer from. */
export interface KnowledgeItem {
  id: string;
  userId: string;
  type: 'pdf' | 'web' | 'manual' | 'voice' | 'file';
  name: string;
  content: string;
  enabled: boolean;
  state: 'processing' | 'ready' | 'failed';
  /** Why it failed. */
  reason: string | null;
  /** The page it was read from. */
  url: string | null;
  /** Of what was taken in: no two items of a user carry the same. */
  hash: string | null;
  /** Of what is under way: its reading, or the crawl that began at it. */
  progress: Progress | null;
  /** What came of the last crawl that began at it. */
  crawl: CrawlResult | null;
  createdAt: string;
  updatedAt: string;
}

/** Pages, or whatever else is counted; `total` as far as it is known by now. */
export interface Progress {
  done: number;
  total: number;
}

/** How many pages of a site came out how. */
export interface CrawlResult {
  added: number;
  changed: number;
  unchanged: number;
  /** What is no page, says the same as another, stands elsewhere, or is not for machines. */
  skipped: number;
  failed: number;
  /** Which failed, and why: the first of them. */
  failures: { url: string; reason: string }[];
  /** Which were skipped, and why: the first of them. */
  skips: { url: string; reason: string }[];
}

/** What an item is read from, but for the bytes of a file. */
export type KnowledgeSource =
  | { kind: 'manual'; question: string; answer: string }
  /** The password is sealed. */
  | { kind: 'pdf'; name: string; password: string | null }
  | { kind: 'file'; name: string; mimeType: string }
  /** Written down by a provider of its user. */
  | { kind: 'voice'; name: string; mimeType: string; userId: string }
  | { kind: 'web'; url: string }
  | { kind: 'crawl'; url: string; depth: number; pages: number };

/** What is under way for an item, so that another process can begin it again. */
export interface KnowledgeJob {
  itemId: string;
  source: KnowledgeSource;
  bytes: Uint8Array<ArrayBuffer> | null;
  /** How often it was begun: whoever began it last has it. */
  attempts: number;
}

/** A job to be kept with its item; it is its maker's until `dueAt`. */
export type NewJob = Pick<KnowledgeJob, 'source' | 'bytes'> & { dueAt: string };

/** A knowledge item for lists, with the length of its content instead. */
export type KnowledgeSummary = Omit<KnowledgeItem, 'content'> & { size: number };

/** A searchable piece of an item, with where it stands in its content. */
export interface StoredPassage {
  itemId: string;
  /** From 0. */
  position: number;
  text: string;
  page: number | null;
  start: number;
  end: number;
}

/** What the passages of an item mean: one vector after the other, in the order of the passages. */
export interface StoredVectors {
  /** Who made them: those of one model compare. */
  model: string;
  matrix: Float32Array<ArrayBuffer>;
}

/** An item as it is searched. */
export type SearchableItem = Pick<KnowledgeItem, 'id' | 'name' | 'url' | 'hash'> & {
  /** Whose vectors it has; null without any. */
  vectorModel: string | null;
  /** How much they are. */
  vectorBytes: number;
};

export type KnowledgePatch = Partial<
  Pick<
    KnowledgeItem,
    'name' | 'content' | 'enabled' | 'state' | 'reason' | 'url' | 'hash' | 'progress' | 'crawl'
  >
>;

/** What changes what is searched counts the owner's revision up. */
export interface KnowledgeStore {
  get(id: string): Promise<KnowledgeItem | null>;
  findByHash(userId: string, hash: string): Promise<KnowledgeItem | null>;
  /** The first of a page. */
  findByUrl(userId: string, url: string): Promise<KnowledgeItem | null>;
  /** Newest first. */
  list(
    userId: string,
    page: PageRequest,
    only?: Partial<Pick<KnowledgeItem, 'type' | 'state'>>,
  ): Promise<Page<KnowledgeSummary>>;
  /** An item with all its passages and its job, or nothing. Refuses with `conflict` a second one of the same content. */
  create(item: KnowledgeItem, passages: readonly StoredPassage[], job?: NewJob): Promise<void>;
  /** Replaces what is in the patch and, when given, all passages. Where `progress` becomes null, the job is over. */
  update(
    id: string,
    patch: KnowledgePatch,
    at: string,
    more?: { passages?: readonly StoredPassage[]; job?: NewJob },
  ): Promise<KnowledgeItem>;
  remove(id: string): Promise<void>;
  /** How many items a user has, and how many characters together. */
  usage(userId: string): Promise<{ items: number; size: number }>;
  revision(userId: string): Promise<number>;
  /** What may be searched: ready and enabled. */
  searchable(userId: string): Promise<SearchableItem[]>;
  /** Of these items, in order. */
  passages(itemIds: readonly string[]): Promise<StoredPassage[]>;
  /** Of those of these items that have any. */
  vectors(itemIds: readonly string[]): Promise<(StoredVectors & { itemId: string })[]>;
  /** Keeps the vectors of an item's passages, unless it holds something else or is called otherwise by now. */
  putVectors(item: Pick<KnowledgeItem, 'id' | 'hash' | 'name'>, vectors: StoredVectors): Promise<void>;
  /** Takes jobs that have been due longest, or the one of an item if it is due: nobody else takes them until `until`. */
  claim(now: string, limit: number, until: string, itemId?: string): Promise<KnowledgeJob[]>;
  /** Says that a job is at work and how far it is; whether it is still this one's, who began it as the nth. */
  hold(itemId: string, attempts: number, until: string, progress: Progress): Promise<boolean>;
  /** Makes every job due at once, as its process is gone. */
  release(now: string): Promise<void>;
}
