import { CrmflowError } from '../../errors.ts';
import { merged } from '../../language/variables.ts';
import {
  isOpen,
  type LogEntry,
  type Message,
  type Session,
  type SessionEvent,
  type SessionState,
} from '../../session/session.ts';
import { eventOf } from '../../session/draft.ts';
import type { Commit, LogRow, SessionFilter, Store } from '../../store.ts';
import type { Version } from '../../workflow/workflow.ts';
import { memoryAccounts, memoryFiles } from './accounts.ts';
import { memoryContacts } from './contacts.ts';
import { memoryCounts } from './counts.ts';
import { memoryKnowledge } from './knowledge.ts';
import { memoryNotices } from './notices.ts';
import { memorySendings } from './sendings.ts';
import { memorySpending } from './spending.ts';
import { memoryThreads } from './threads.ts';
import { copy, frozen, newestFirst, pageFrom } from './rows.ts';
import { memoryWorkflows } from './workflows.ts';

/** One session: what is asked for often, and the rest as JSON. Rows go in and out as copies, and a waiting one is small. */
class Kept {
  step = 0;
  seq = 0;
  attempt = 0;
  status: Session['status'] = 'running';
  dueAt: string | null = null;
  contactId: string | null = null;
  json = '';
  /** What each commit said and told, a JSON list each. */
  lines: string[] | null = null;
  events: string[] | null = null;
  /** The number of the event of each. */
  messageIds: Map<string, number> | null = null;
  constructor(readonly workflowId: string) {}

  take({ from, session, lines, events, messageId }: Commit): void {
    if (!from) this.contactId = session.contactId;
    this.step = session.step;
    this.seq = session.seq;
    this.attempt = session.attempt;
    this.status = session.status;
    this.dueAt = session.dueAt;
    this.json = flat(JSON.stringify(withoutEmpty(session)));
    if (lines.length) (this.lines ??= []).push(flat(JSON.stringify(lines)));
    if (events.length) (this.events ??= []).push(flat(JSON.stringify(events)));
    if (messageId !== null && lines[0]) (this.messageIds ??= new Map()).set(messageId, eventOf(lines[0]));
  }
}

/** A store that lives as long as the process: for tests and `--ephemeral`. */
export function createMemoryStore(): Store {
  const versions = new Map<string, Version>();
  const sessions = new Map<string, Kept>();
  const logs: (LogRow & { userId: string | null })[] = [];
  let logIds = 0;
  const { forget, ...knowledge } = memoryKnowledge();
  const { forgetReplies, ...accounts } = memoryAccounts((userId) => {
    forget(userId);
    forgetCalls(userId);
    forgetSendings(userId);
    forgetContacts(userId);
    forgetWorkflows(userId);
    for (const [id, kept] of sessions) if (sessionIn(kept)?.userId === userId) sessions.delete(id);
    logs.splice(0, Infinity, ...logs.filter((row) => row.userId !== userId));
  });

  const { forgetWorkflows, hasWorkflow, ...stored } = memoryWorkflows((id) => {
    for (const row of logs) if (row.workflowId === id) row.workflowId = null;
  });
  const { forgetContacts, write, ...contacts } = memoryContacts((contactId) => {
    for (const [id, kept] of sessions) if (kept.contactId === contactId) removeSession(id);
    forgetReplies(contactId);
  });
  const { forgetCalls, callsBefore, removeCalls, ...spending } = memorySpending();
  const { forgetSendings, ...sendings } = memorySendings();
  const { note, ...notices } = memoryNotices({
    isThere: (id) => sessions.has(id),
    log: addLine,
  });
  const { beginThread, ...conversations } = memoryThreads({
    standOf: (id) => sessionIn(sessions.get(id)),
    hasTaken: (id, messageId) => sessions.get(id)?.messageIds?.has(messageId) ?? false,
    log: addLine,
  });

  function commit(whole: Commit): void {
    const { from, session, messageId, workflowId: mustBeThere, logs: entries } = whole;
    if (mustBeThere !== null && !hasWorkflow(mustBeThere)) throw movedOn();
    const stored = sessions.get(session.id);
    if (stored?.step !== from?.step || stored?.seq !== from?.seq || stored?.attempt !== from?.attempt)
      throw movedOn();
    if (messageId !== null && stored?.messageIds?.has(messageId)) throw movedOn();
    if (!from && session.contactId !== null && !contacts.has(session.contactId)) throw movedOn();
    if (whole.thread !== undefined) beginThread(session.id, whole.thread);
    const kept = stored ?? new Kept(session.workflowId);
    kept.take(whole);
    sessions.set(session.id, kept);
    kept.contactId = write(whole, kept.contactId);
    if (whole.notices) note(session.id, whole.notices, session.updatedAt);
    for (const entry of entries) addLog(session, entry, session.updatedAt);
  }
  function addLine(id: string, entry: LogEntry, at: string): void {
    addLog(sessionIn(sessions.get(id))!, entry, at);
  }
  function addLog({ userId, workflowId, id: sessionId }: Session, entry: LogEntry, createdAt: string): void {
    const known = hasWorkflow(workflowId) ? workflowId : null;
    logs.push({ ...copy(entry), id: `log-${++logIds}`, sessionId, workflowId: known, createdAt, userId });
  }

  function removeSession(id: string): void {
    sessions.delete(id);
    forgetReplies(id);
  }
  const allSessions = () => [...sessions.values()].map((kept) => sessionIn(kept)!);
  const idsOf = (isMeant: (kept: Kept) => boolean) =>
    [...sessions].flatMap(([id, kept]) => (isMeant(kept) ? [id] : []));
  return {
    ...accounts,
    ...stored,
    ...conversations,
    spending,
    sendings,
    notices,
    contacts,
    knowledge,
    files: memoryFiles((id) => sessions.has(id)),
    versions: {
      get: async (id) => copy(versions.get(id) ?? null),
      async keep(version) {
        if (!versions.has(version.id)) versions.set(version.id, copy(version));
      },
    },
    sessions: {
      get: async (id) => sessionIn(sessions.get(id)),
      recall: () => null,
      async open(id, messageId) {
        const kept = sessions.get(id);
        const session = sessionIn(kept);
        return (
          session && { session, knownAt: (messageId !== null && kept?.messageIds?.get(messageId)) || null }
        );
      },
      async list({ of, workflowId, status, waitingFor }, page) {
        const found = allSessions().filter(
          (row) =>
            isOf(row, of) &&
            (workflowId === undefined || row.workflowId === workflowId) &&
            (status === undefined || row.status === status) &&
            (waitingFor === undefined || row.wait?.for === waitingFor),
        );
        return pageFrom(newestFirst(found, 'createdAt'), page);
      },
      commit: async (whole) => commit(whole),
      async claim(now, limit, until) {
        const due = [...sessions].filter(([, { dueAt }]) => dueAt !== null && dueAt <= now);
        const taken = due.sort(([, a], [, b]) => (a.dueAt! < b.dueAt! ? -1 : 1)).slice(0, limit);
        for (const [, kept] of taken) kept.dueAt = until;
        return taken.map(([id]) => id);
      },
      async firstDueAt() {
        let first: string | null = null;
        for (const { dueAt } of sessions.values())
          if (dueAt !== null && (first === null || dueAt < first)) first = dueAt;
        return first;
      },
      async hold(ids, until) {
        for (const kept of ids.map((id) => sessions.get(id)))
          if (kept?.status === 'running') kept.dueAt = until;
      },
      async release(now) {
        const atWork = [...sessions.values()].filter(({ status }) => status === 'running');
        for (const kept of atWork) kept.dueAt = now;
        return atWork.length;
      },
      openOn: async (workflowId) => idsOf((kept) => kept.workflowId === workflowId && isOpen(kept)),
      openOf: async (userId) => idsOf(isOpen).filter((id) => sessionIn(sessions.get(id))?.userId === userId),
      openWith: async (contactId) => idsOf((kept) => kept.contactId === contactId && isOpen(kept)),
      lastSeqs: async (ids) =>
        new Map(ids.flatMap((id) => (sessions.has(id) ? [[id, sessions.get(id)!.seq] as const] : []))),
      remove: async (id) => removeSession(id),
    },
    messages: async (sessionId, page) => pageFrom(rowsIn<Message>(sessions.get(sessionId)?.lines), page),
    lastMessages: async (sessionId, count) =>
      rowsIn<Message>(sessions.get(sessionId)?.lines).slice(-count || Infinity),
    events: async (sessionId, after, limit) =>
      rowsIn<SessionEvent>(sessions.get(sessionId)?.events)
        .filter(({ seq }) => seq > after)
        .slice(0, limit),
    async logs({ userId, workflowId, sessionId, eventType, since, until }, page) {
      const found = logs.filter(
        (row) =>
          row.userId === userId &&
          (workflowId === undefined || row.workflowId === workflowId) &&
          (sessionId === undefined || row.sessionId === sessionId) &&
          (eventType === undefined || row.eventType === eventType) &&
          (since === undefined || row.createdAt >= since) &&
          (until === undefined || row.createdAt < until),
      );
      const { items, nextCursor } = pageFrom(newestFirst(found, 'createdAt'), page);
      return { items: items.map(({ userId: _owner, ...row }) => copy(row)), nextCursor };
    },
    counts: memoryCounts({ sessions: allSessions, logs }),
    retention: {
      async look(kind, before) {
        if (kind === 'logs')
          return { ids: logs.filter((row) => row.createdAt < before).map(({ id }) => id), after: null };
        if (kind === 'modelCalls') return { ids: callsBefore(before), after: null };
        const isMeant = kind === 'ended' ? (row: Session) => !isOpen(row) : isLeft;
        const found = allSessions().filter((row) => row.updatedAt < before && isMeant(row));
        return { ids: found.map(({ id }) => id), after: null };
      },
      async remove(kind, ids) {
        const meant = new Set(ids);
        if (kind === 'modelCalls') return removeCalls(meant);
        if (kind === 'logs') {
          const left = logs.filter((row) => !meant.has(row.id));
          return logs.splice(0, Infinity, ...left).length - left.length;
        }
        const ended = idsOf((kept) => !isOpen(kept)).filter((id) => meant.has(id));
        ended.forEach(removeSession);
        return ended.length;
      },
      alone: (work) => work(),
      logsOf: async (id) =>
        logs.filter((row) => row.sessionId === id).map(({ userId: _owner, ...row }) => copy(row)),
    },
    ping: async () => undefined,
    close: async () => undefined,
  };
}

/** A guest was asked something, and nothing else will wake the session. */
const isLeft = (row: Session): boolean =>
  row.wait?.for === 'message' && isOpen(row) && row.dueAt === null && row.starterId === null;

const isOf = (row: Session, of: SessionFilter['of']): boolean => {
  if ('tokenHash' in of) return row.tokenHash === of.tokenHash;
  if ('contactId' in of) return row.contactId === of.contactId;
  return row.userId === of.userId || row.starterId === of.userId;
};

const movedOn = () => new CrmflowError('conflict', 'The session has moved on meanwhile.');

const EMPTY = {
  wait: null,
  graph: null,
  stack: [],
  memory: {},
  past: [],
  completed: [],
  inputs: {},
  wake: null,
  departure: null,
  attempt: 0,
  message: null,
  contact: null,
  cuts: 0,
  tokens: 0,
  workedMs: 0,
  channel: null,
  userId: null,
  starterId: null,
  contactId: null,
  outcome: null,
  reason: null,
  nodeId: null,
  dueAt: null,
  step: 0,
  seq: 0,
} satisfies SessionState & Partial<Session>;
const isEmpty = (value: unknown) =>
  value === null || value === 0 || (typeof value === 'object' && Object.keys(value).length === 0);
const withoutEmpty = (session: Session) =>
  Object.fromEntries(Object.entries(session).filter(([, value]) => !isEmpty(value)));

/** Long JSON comes as a chain of pieces; reading a character makes it one, half the size. */
function flat(json: string): string {
  json.charCodeAt(0);
  return json;
}

/** The session as it was committed. */
function sessionIn(kept: Kept | undefined): Session | null {
  if (!kept) return null;
  const row = JSON.parse(kept.json) as Session;
  // Stores share what they remember, so nobody may change a session that is stored. Who does so finds out here.
  return frozen({
    ...EMPTY,
    ...row,
    dueAt: kept.dueAt,
    contactId: kept.contactId,
    variables: merged(row.variables ?? {}),
  });
}
const rowsIn = <T>(lists: readonly string[] | null = []): T[] =>
  (lists ?? []).flatMap((list) => JSON.parse(list) as T[]);
