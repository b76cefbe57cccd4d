import type { LogEntry, Message, Session, SessionEvent } from './session/session.ts';
import type { Version, Workflow } from './workflow/workflow.ts';

export interface User {
  id: string;
  email: string;
  /** The bcrypt hash, or a text no password hashes to. */
  password: string;
  name: string | null;
  createdAt: string;
  updatedAt: string;
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
  from: { step: number; seq: number } | null;
  session: Session;
  events: readonly SessionEvent[];
  lines: readonly Message[];
  /** The id the visitor's client gave the message in `lines`. */
  messageId: string | null;
  logs: readonly LogEntry[];
}

export interface SessionFilter {
  userId: string;
  workflowId?: string | undefined;
  status?: Session['status'] | undefined;
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

/**
 * What is kept. Refusals are `CrmflowError`: `conflict` for a second row under one id or a commit on a session that has
 * moved on, `not_found` for a row that must exist, `stale` for a save that lost, `unavailable` when the database is away.
 */
export interface Store {
  users: {
    get(id: string): Promise<User | null>;
    findByEmail(email: string): Promise<User | null>;
    create(user: User): Promise<void>;
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
  versions: {
    get(id: string): Promise<Version | null>;
    /** Keeping the same version twice keeps one. */
    keep(version: Version): Promise<void>;
  };
  sessions: {
    get(id: string): Promise<Session | null>;
    /** The session, and whether a message with this id has been processed in it. */
    open(id: string, messageId: string | null): Promise<{ session: Session; isKnownMessage: boolean } | null>;
    /** Newest first. */
    list(filter: SessionFilter, page: PageRequest): Promise<Page<Session>>;
    commit(commit: Commit): Promise<void>;
    /** Ids of sessions whose time has come, longest due first. */
    due(now: string, limit: number): Promise<string[]>;
    /** Ids of sessions that are at work: after a start, those whose process died. */
    running(limit: number): Promise<string[]>;
    /** Ids of sessions on a workflow that are running or waiting. */
    openOn(workflowId: string): Promise<string[]>;
    /** Erases the session with its transcript and events. */
    remove(id: string): Promise<void>;
  };
  /** The transcript, in order. */
  messages(sessionId: string): Promise<Message[]>;
  /** Events numbered above `after`, in order. */
  events(sessionId: string, after: number, limit: number): Promise<SessionEvent[]>;
  /** Newest first. */
  logs(filter: LogFilter, page: PageRequest): Promise<Page<LogRow>>;
  close(): Promise<void>;
}
