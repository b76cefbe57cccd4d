import type { Message, Session, SessionEvent } from '../session/session.ts';
import type { LogRow } from './logs.ts';

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

/** What may go when it is old. */
export interface RetentionStore {
  /** Looks at some rows of a kind, in the order of their ids, for those that were changed last before a time. */
  look(kind: Aging, before: string, after: string | null): Promise<Looked>;
  /** Removes rows of a kind, sessions only where they have ended; gives how many. */
  remove(kind: Exclude<Aging, 'left'>, ids: readonly string[]): Promise<number>;
  /** Does the work unless another server is at it. */
  alone(work: () => Promise<void>): Promise<void>;
  /** What was counted of a session, oldest first. */
  logsOf(sessionId: string): Promise<LogRow[]>;
}
