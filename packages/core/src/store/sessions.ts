import type { ContactWrite } from '../session/contact.ts';
import type { Notice } from '../session/notices.ts';
import type { LogEntry, Message, Session, SessionEvent } from '../session/session.ts';
import type { Page, PageRequest } from './page.ts';
import type { ThreadKeys } from './threads.ts';

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
  /** Of a session that begins by message or telephone. */
  thread?: ThreadKeys | undefined;
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

export interface SessionStore {
  get(id: string): Promise<Session | null>;
  /**
   * The session as this process committed it last, while it remembers: it may have moved on elsewhere since. Null when it
   * does not, and for a message that it knows to be processed.
   */
  recall(id: string, messageId: string | null): Session | null;
  /** The session, and the number of the event of the message with this id; null when none has been processed in it. */
  open(id: string, messageId: string | null): Promise<{ session: Session; knownAt: number | null } | null>;
  /** Newest first. */
  list(filter: SessionFilter, page: PageRequest): Promise<Page<Session>>;
  commit(commit: Commit): Promise<void>;
  /**
   * Takes the sessions that have been due longest and puts their time off until `until`: nobody else takes them before.
   * Gives their ids.
   */
  claim(now: string, limit: number, until: string): Promise<string[]>;
  /** When the session that is due first is due, or has been since; null when none ever is. */
  firstDueAt(): Promise<string | null>;
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
}

export interface FileStore {
  put(file: StoredFile): Promise<void>;
  get(sessionId: string, id: string): Promise<StoredFile | null>;
  /** One that was made from the same, of this session where it has one. */
  findByHash(hash: string, sessionId: string): Promise<StoredFile | null>;
}
