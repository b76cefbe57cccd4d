import type { Message, SessionEvent } from './session/session.ts';
import type { KeyStore, ReplyStore, UserStore } from './store/accounts.ts';
import type { ContactStore } from './store/contacts.ts';
import type { Counts, StartedIn } from './store/counts.ts';
import type { KnowledgeStore } from './store/knowledge.ts';
import type { LogFilter, LogRow } from './store/logs.ts';
import type { Page, PageRequest } from './store/page.ts';
import type { RetentionStore } from './store/retention.ts';
import type { FileStore, SessionStore } from './store/sessions.ts';
import type { SendingStore, SpendingStore } from './store/spending.ts';
import type { DeliveryStore, NoticeStore, ThreadStore } from './store/threads.ts';
import type { ScheduleStore, VersionStore, WorkflowStore } from './store/workflows.ts';

export type * from './store/accounts.ts';
export type * from './store/contacts.ts';
export type * from './store/counts.ts';
export type * from './store/knowledge.ts';
export type * from './store/logs.ts';
export type * from './store/page.ts';
export type * from './store/retention.ts';
export type * from './store/sessions.ts';
export type * from './store/spending.ts';
export * from './store/threads.ts';
export type * from './store/workflows.ts';

/**
 * What is kept. Refusals are `CrmflowError`: `conflict` for a second row under one id or a commit on a session that has
 * moved on, `not_found` for a row that must exist, `stale` for a save that lost, `unavailable` when the database is away.
 */
export interface Store {
  users: UserStore;
  keys: KeyStore;
  replies: ReplyStore;
  knowledge: KnowledgeStore;
  files: FileStore;
  spending: SpendingStore;
  sendings: SendingStore;
  contacts: ContactStore;
  threads: ThreadStore;
  deliveries: DeliveryStore;
  notices: NoticeStore;
  workflows: WorkflowStore;
  schedules: ScheduleStore;
  versions: VersionStore;
  sessions: SessionStore;
  /** The transcript, in order. */
  messages(sessionId: string, page: PageRequest): Promise<Page<Message>>;
  /** The last so many lines of the transcript, in order. */
  lastMessages(sessionId: string, count: number): Promise<Message[]>;
  /** Events numbered above `after`, in order. */
  events(sessionId: string, after: number, limit: number): Promise<SessionEvent[]>;
  retention: RetentionStore;
  /** Newest first. */
  logs(filter: LogFilter, page: PageRequest): Promise<Page<LogRow>>;
  /** What the sessions are like that were started on a workflow in some time. Those that are gone are not counted. */
  counts(of: StartedIn): Promise<Counts>;
  /** Rejects with `unavailable` unless the database answers and is migrated. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
