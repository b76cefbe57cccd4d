import type { Address, Contact, ContactWrite, PersonPatch } from './session/contact.ts';
import type { Notice } from './session/notices.ts';
import type { LogEntry, Message, Session, SessionEvent } from './session/session.ts';
import type { Version, Workflow } from './workflow/workflow.ts';

export interface User {
  id: string;
  email: string;
  /** The bcrypt hash, or a text no password hashes to. */
  password: string;
  name: string | null;
  /** Login tokens carry this number; counting it up ends all older ones. */
  tokenEpoch: number;
  createdAt: string;
  updatedAt: string;
}

/** A stored key, sealed. */
export interface SealedKey {
  id: string;
  userId: string;
  service: string;
  encryptedKey: string;
  lastFour: string;
  host: string | null;
  createdAt: string;
  updatedAt: string;
}

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

/** A file a visitor gave in a session, or one that was made for it. */
export interface StoredFile {
  id: string;
  sessionId: string;
  name: string;
  mimeType: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Of whose it is and what it was made from; null for what a visitor gave. */
  hash: string | null;
  createdAt: string;
}

/** What a call with an idempotency key was answered; null while it is at work. It goes with its caller, and with what it is about. */
export interface StoredReply {
  id: string;
  fingerprint: string;
  answer: string | null;
  userId: string | null;
  sessionId: string | null;
  contactId: string | null;
  createdAt: string;
}
/** What an answer tells of: where that is erased, the answer goes with it. */
export type About = Pick<StoredReply, 'sessionId' | 'contactId'>;

/** One call of a model: who it was for, what it used, how it ended. */
export interface ModelCall {
  id: string;
  userId: string;
  workflowId: string | null;
  sessionId: string | null;
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** In US dollars, where the price is known. */
  cost: number | null;
  /** `ok`, or why there was no answer. */
  outcome: string;
  ms: number;
  createdAt: string;
}
/** The calls of one model on one day (UTC). */
export interface ModelUse extends Pick<
  ModelCall,
  'provider' | 'model' | 'inputTokens' | 'outputTokens' | 'cost'
> {
  /** YYYY-MM-DD */
  day: string;
  calls: number;
  /** Those that gave no answer. */
  failed: number;
}

/** What of a conversation by message or telephone was handed over. */
export interface Thread {
  sessionId: string;
  /** The number of the last event that was, or that nobody else hands over any more. */
  seq: number;
}
/** A piece of what a session said, as it goes out. */
export interface Outgoing {
  text: string;
  /** Addresses of what goes with it. */
  media: readonly string[];
}
/** What is to be sent of a session, by itself. */
export interface NewDelivery {
  /** The number of the event it says, and which part of that, from 0. */
  seq: number;
  part: number;
  content: Outgoing;
}
export interface Delivery extends NewDelivery {
  sessionId: string;
  /** How often it was tried in vain. */
  attempts: number;
}
export const deliveryStates = ['waiting', 'sending', 'sent', 'failed', 'unknown'] as const;
/** What became of a delivery. */
export interface DeliveryRow extends Omit<Delivery, 'content'> {
  state: (typeof deliveryStates)[number];
  /** Null once nothing is to be sent any more. */
  content: Outgoing | null;
  /** What Twilio calls it. */
  sid: string | null;
  /** Why it did not go out, in one word. */
  reason: string | null;
}
/** How one try to send ended. */
export type Settled =
  | { state: 'sent'; sid: string | null }
  | { state: 'failed' | 'unknown'; reason: string }
  /** Nothing went out: it is tried again then. */
  | { state: 'waiting'; reason: string; dueAt: string };

/** What is to be told to an owner, until it is. */
export interface StoredNotice extends Notice {
  sessionId: string;
  /** How often it was told in vain. */
  attempts: number;
}

/** A page of a list, newest first; `cursor` is the last row of the page before. */
export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}
export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** Everything one turn, or one piece of a streamed answer, writes: all of it or nothing. */
export interface Commit {
  /** What the session must still be at; null makes a new session. */
  from: { step: number; seq: number; attempt: number } | null;
  session: Session;
  events: readonly SessionEvent[];
  lines: readonly Message[];
  /** The id the visitor's client gave the message in `lines`. */
  messageId: string | null;
  /** Of a session that begins: the stored workflow that must still be there. Null for a shipped template. */
  workflowId: string | null;
  /** Of a session that begins by message or telephone: no other that is open has this key. */
  thread?: string | undefined;
  logs: readonly LogEntry[];
  /** What is written of the person the session is with. */
  contact?: ContactWrite | undefined;
  /** What its owner is to be told. */
  notices?: readonly Notice[] | undefined;
}

export interface SessionFilter {
  /** Sessions of a user's workflows and those he started, those with a contact, or the one that a token was made for. */
  of: { userId: string } | { tokenHash: string } | { contactId: string };
  workflowId?: string | undefined;
  status?: Session['status'] | undefined;
  /** What they stand still for. */
  waitingFor?: NonNullable<Session['wait']>['for'] | undefined;
}
export interface ContactFilter {
  tag?: string | undefined;
  /** What the name or a word of it, the e-mail address or the phone number begins with. */
  q?: string | undefined;
}
export interface LogFilter {
  userId: string;
  workflowId?: string | undefined;
  sessionId?: string | undefined;
  eventType?: LogEntry['eventType'] | undefined;
  /** ISO 8601, inclusive. */
  since?: string | undefined;
  /** ISO 8601, exclusive. */
  until?: string | undefined;
}
/** A log row as it is read back. */
export interface LogRow extends LogEntry {
  id: string;
  sessionId: string | null;
  workflowId: string | null;
  createdAt: string;
}

/** A workflow without its graph, for lists. */
export type WorkflowSummary = Omit<Workflow, 'nodes' | 'edges' | 'settings' | 'knowledge'> & {
  nodeCount: number;
};
export type WorkflowPatch = Partial<Omit<Workflow, 'id' | 'userId' | 'revision' | 'createdAt' | 'updatedAt'>>;

/** A workflow whose time to start by itself has come. */
export interface DueWorkflow {
  id: string;
  userId: string;
  firesAt: string;
  /** How far another turn of it came: the cursor of the contacts that follow. Null at the beginning. */
  after: string | null;
}

/** Kinds of rows that may go when they are old: sessions that have ended, those that guests have left, log rows, calls of models. */
export type Aging = 'ended' | 'left' | 'logs' | 'modelCalls';
/** What old rows a look at some rows has found, and where the next look begins; null after the last. */
export interface Looked {
  ids: string[];
  after: string | null;
}

/** A session that has ended, with all that was said, told and counted in it. */
export type ArchivedSession = Pick<
  Session,
  | 'id'
  | 'workflowId'
  | 'versionId'
  | 'userId'
  | 'starterId'
  | 'contactId'
  | 'channel'
  | 'mode'
  | 'status'
  | 'outcome'
  | 'reason'
  | 'nodeId'
  | 'variables'
  | 'createdAt'
  | 'updatedAt'
> & { messages: Message[]; events: SessionEvent[]; logs: LogRow[] };

/** Where sessions are written before they go. */
export interface Archive {
  /** Writes them to the disk: once it resolves, they are there. */
  write(sessions: AsyncIterable<ArchivedSession>): Promise<void>;
  /** Takes the sessions of a contact out of all that was written. */
  forget(contactId: string): Promise<void>;
}

/**
 * What is kept. Refusals are `CrmflowError`: `conflict` for a second row under one id or a commit on a session that has
 * moved on, `not_found` for a row that must exist, `stale` for a save that lost, `unavailable` when the database is away.
 */
export interface Store {
  users: {
    get(id: string): Promise<User | null>;
    findByEmail(email: string): Promise<User | null>;
    create(user: User): Promise<void>;
    /** Newest first. */
    list(page: PageRequest): Promise<Page<User>>;
    update(
      id: string,
      patch: Partial<Pick<User, 'password' | 'name' | 'tokenEpoch'>>,
      at: string,
      /** What `tokenEpoch` must still be: else it refuses with `conflict`. */
      epoch?: number,
    ): Promise<User>;
    /** With everything that is theirs. */
    remove(id: string): Promise<void>;
    /** Null for an unknown user. Asked at every call, so answered together for all that ask at the moment. */
    tokenEpoch(id: string): Promise<number | null>;
  };
  keys: {
    get(userId: string, service: string): Promise<SealedKey | null>;
    /** By service. */
    list(userId: string, page: PageRequest): Promise<Page<SealedKey>>;
    /** Replaces the one of the same user and service, whose id and creation stay. */
    put(key: SealedKey): Promise<SealedKey>;
    /** Whether there was one. */
    remove(userId: string, service: string): Promise<boolean>;
    /** Everybody's, in the order of their ids, after this one. */
    after(id: string | null, limit: number): Promise<SealedKey[]>;
    /** Whether it was still sealed as `from`. */
    reseal(id: string, from: string, to: string): Promise<boolean>;
  };
  /** What changes what is searched counts the owner's revision up. */
  knowledge: {
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
  };
  files: {
    put(file: StoredFile): Promise<void>;
    get(sessionId: string, id: string): Promise<StoredFile | null>;
    /** One that was made from the same, of this session where it has one. */
    findByHash(hash: string, sessionId: string): Promise<StoredFile | null>;
  };
  replies: {
    /** Claims the id: null when it is free, else what is there. A claim without an answer that is older than `staleBefore` is taken over. */
    claim(reply: StoredReply, staleBefore: string): Promise<StoredReply | null>;
    answer(id: string, answer: string, about: About): Promise<void>;
    remove(id: string): Promise<void>;
    /** Forgets those made before. */
    prune(before: string): Promise<void>;
  };
  spending: {
    /** Takes so many tokens of what a scope may use on a day, `most` in all; whether there were as many left. */
    take(scope: string, day: string, tokens: number, most: number): Promise<boolean>;
    /** Less than nothing is taken besides, whatever is left. */
    giveBack(scope: string, day: string, tokens: number): Promise<void>;
    /** Keeps it as long as its user is there. */
    record(call: ModelCall): Promise<void>;
    /** Of the days from `since` to `until` (YYYY-MM-DD, both in), latest first. */
    used(of: {
      userId: string;
      workflowId?: string | undefined;
      since: string;
      until: string;
    }): Promise<ModelUse[]>;
  };
  sendings: {
    /** Counts one more at `at`, unless `most` (100 at most) of this id were counted after `since`; whether it was. */
    count(sending: { id: string; userId: string; at: string; since: string; most: number }): Promise<boolean>;
    /** Forgets the ids that were counted last before. */
    prune(before: string): Promise<void>;
    /** Forgets what was counted under an id. */
    remove(id: string): Promise<void>;
  };
  contacts: {
    get(id: string): Promise<Contact | null>;
    /** Of the contacts of a user. */
    findBy(userId: string, address: Address): Promise<Contact | null>;
    /** Newest first. */
    list(userId: string, page: PageRequest, only?: ContactFilter): Promise<Page<Contact>>;
    /** Refuses with `conflict` a second one with the same address. */
    create(contact: Contact): Promise<void>;
    /** Changes what the patch says, one field by one; refuses as `create` does. */
    update(id: string, patch: PersonPatch, at: string): Promise<Contact>;
    /** Removes the person with all sessions they had. Log rows stay. */
    erase(id: string): Promise<void>;
  };
  /** Conversations by message or telephone. They begin with their session. */
  threads: {
    get(sessionId: string): Promise<Thread | null>;
    /** The session that is at it. */
    find(key: string): Promise<string | null>;
    /**
     * Takes what a session told after `from`, up to `to`: nobody else hands it over. `deliveries` are what is to be sent of
     * it; `isOver` frees the key. Whether nobody was faster.
     */
    handOver(
      taken: Omit<Thread, 'seq'> & {
        from: number;
        to: number;
        isOver: boolean;
        deliveries?: readonly NewDelivery[];
      },
    ): Promise<boolean>;
    /** Sessions that told something which nobody has handed over, and stand since `before`. */
    behind(before: string, limit: number): Promise<string[]>;
  };
  /** What goes out of a session by itself: one after the other, and each at most once. */
  deliveries: {
    /** Of a session, in order. */
    list(sessionId: string): Promise<DeliveryRow[]>;
    /** Takes what is first to be sent of a session, unless that is being sent or not due; its sender has died at `until`. */
    next(sessionId: string, now: string, until: string): Promise<Delivery | null>;
    settle(which: Omit<Delivery, 'content' | 'attempts'>, settled: Settled): Promise<void>;
    /** Those whose sender has died may have gone out: they are `unknown`. Gives sessions of which something is due. */
    due(now: string, limit: number): Promise<string[]>;
  };
  /** What owners are told of sessions that were handed over: noted with its commit, told in order, each at least once. */
  notices: {
    /** Takes the first of each session that has been due longest: nobody else takes it before `until`. */
    claim(now: string, limit: number, until: string): Promise<StoredNotice[]>;
    /** It was told; or it is given up, with a line `given` to its workflow's log. */
    remove(
      which: Pick<StoredNotice, 'sessionId' | 'seq'>,
      given?: { log: LogEntry; at: string },
    ): Promise<void>;
    /** It was told in vain: it and what follows it in its session are told then. */
    putOff(which: Pick<StoredNotice, 'sessionId' | 'seq'>, dueAt: string): Promise<void>;
  };
  workflows: {
    get(id: string): Promise<Workflow | null>;
    /** By exact name among one owner's, newest change first. */
    findByName(userId: string, name: string): Promise<Workflow | null>;
    /** Newest change first. */
    list(userId: string, page: PageRequest): Promise<Page<WorkflowSummary>>;
    create(workflow: Workflow): Promise<void>;
    /** Replaces what is in the patch and counts one revision up; with `revision`, only on top of that one. */
    update(id: string, patch: WorkflowPatch, at: string, revision?: number): Promise<Workflow>;
    remove(id: string): Promise<void>;
  };
  /** When workflows start by themselves. */
  schedules: {
    /** Takes the workflow that has been due longest: nobody else takes it before `until`. */
    claim(now: string, until: string): Promise<DueWorkflow | null>;
    /** Lets go of it: when it is due next, and after which contacts. Nothing where another time was saved meanwhile. */
    release(due: DueWorkflow, to: { firesAt: string | null; after: string | null }): Promise<void>;
  };
  versions: {
    get(id: string): Promise<Version | null>;
    /** Keeping the same version twice keeps one. */
    keep(version: Version): Promise<void>;
  };
  sessions: {
    get(id: string): Promise<Session | null>;
    /**
     * The session as this process committed it last, while it remembers: it may have moved on elsewhere since. Null when it
     * does not, and for a message that it knows to be processed.
     */
    recall(id: string, messageId: string | null): Session | null;
    /** The session, and whether a message with this id has been processed in it. */
    open(id: string, messageId: string | null): Promise<{ session: Session; isKnownMessage: boolean } | null>;
    /** Newest first. */
    list(filter: SessionFilter, page: PageRequest): Promise<Page<Session>>;
    commit(commit: Commit): Promise<void>;
    /**
     * Takes the sessions that have been due longest and puts their time off until `until`: nobody else takes them before.
     * Gives their ids.
     */
    claim(now: string, limit: number, until: string): Promise<string[]>;
    /** Puts the time of those of these that are at work off until then: nobody claims them before. */
    hold(ids: readonly string[], until: string): Promise<void>;
    /** Makes every session that is at work due at once, as its process is gone. Gives how many there are. */
    release(now: string): Promise<number>;
    /** Ids of sessions on a workflow that are running or waiting. */
    openOn(workflowId: string): Promise<string[]>;
    /** Ids of a user's sessions that are running or waiting. */
    openOf(userId: string): Promise<string[]>;
    /** Ids of a contact's sessions that are running or waiting. */
    openWith(contactId: string): Promise<string[]>;
    /** The number of the last event of each of these sessions that is there. */
    lastSeqs(ids: readonly string[]): Promise<Map<string, number>>;
    /** Erases the session with its transcript and events. */
    remove(id: string): Promise<void>;
  };
  /** The transcript, in order. */
  messages(sessionId: string, page: PageRequest): Promise<Page<Message>>;
  /** The last so many lines of the transcript, in order. */
  lastMessages(sessionId: string, count: number): Promise<Message[]>;
  /** Events numbered above `after`, in order. */
  events(sessionId: string, after: number, limit: number): Promise<SessionEvent[]>;
  /** What may go when it is old. */
  retention: {
    /** Looks at some rows of a kind, in the order of their ids, for those that were changed last before a time. */
    look(kind: Aging, before: string, after: string | null): Promise<Looked>;
    /** Removes rows of a kind, sessions only where they have ended; gives how many. */
    remove(kind: Exclude<Aging, 'left'>, ids: readonly string[]): Promise<number>;
    /** Does the work unless another server is at it. */
    alone(work: () => Promise<void>): Promise<void>;
    /** What was counted of a session, oldest first. */
    logsOf(sessionId: string): Promise<LogRow[]>;
  };
  /** Newest first. */
  logs(filter: LogFilter, page: PageRequest): Promise<Page<LogRow>>;
  /** Rejects with `unavailable` unless the database answers and is migrated. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
