import { CrmflowError, notFound } from '../errors.ts';
import { merged } from '../language/variables.ts';
import type { Message, Session, SessionEvent } from '../session/session.ts';
import type { Commit, LogRow, Page, PageRequest, Store, User } from '../store.ts';
import type { Version, Workflow } from '../workflow/workflow.ts';

/** One session: what is asked for often, and the rest as JSON. Rows go in and out as copies, and a waiting one is small. */
class Kept {
  step = 0;
  seq = 0;
  status: Session['status'] = 'running';
  dueAt: string | null = null;
  json = '';
  /** What each commit said and told, a JSON list each. */
  lines: string[] | null = null;
  events: string[] | null = null;
  messageIds: Set<string> | null = null;
  constructor(readonly workflowId: string) {}

  take({ session, lines, events, messageId }: Commit): void {
    this.step = session.step;
    this.seq = session.seq;
    this.status = session.status;
    this.dueAt = session.dueAt;
    this.json = flat(JSON.stringify(withoutEmpty(session)));
    if (lines.length) (this.lines ??= []).push(flat(JSON.stringify(lines)));
    if (events.length) (this.events ??= []).push(flat(JSON.stringify(events)));
    if (messageId !== null) (this.messageIds ??= new Set()).add(messageId);
  }
}

/** A store that lives as long as the process: for tests and `--ephemeral`. */
export function createMemoryStore(): Store {
  const users = new Map<string, User>();
  const workflows = new Map<string, Workflow>();
  const versions = new Map<string, Version>();
  const sessions = new Map<string, Kept>();
  const logs: (LogRow & { userId: string | null })[] = [];
  let logIds = 0;

  function commit(whole: Commit): void {
    const { from, session, messageId, logs: entries } = whole;
    const stored = sessions.get(session.id);
    if (stored?.step !== from?.step || stored?.seq !== from?.seq) throw movedOn();
    if (messageId !== null && stored?.messageIds?.has(messageId)) throw movedOn();
    const kept = stored ?? new Kept(session.workflowId);
    kept.take(whole);
    sessions.set(session.id, kept);
    const { userId, workflowId, id: sessionId, updatedAt: createdAt } = session;
    const known = workflows.has(workflowId) ? workflowId : null;
    for (const entry of entries)
      logs.push({ ...copy(entry), id: `log-${++logIds}`, sessionId, workflowId: known, createdAt, userId });
  }

  const idsOf = (isMeant: (kept: Kept) => boolean) =>
    [...sessions].flatMap(([id, kept]) => (isMeant(kept) ? [id] : []));
  function workflowAt(id: string): Workflow {
    const workflow = workflows.get(id);
    if (!workflow) throw notFound('workflow', id);
    return workflow;
  }

  return {
    users: {
      get: async (id) => copy(users.get(id) ?? null),
      findByEmail: async (email) => copy([...users.values()].find((user) => user.email === email) ?? null),
      async create(user) {
        const isTaken = users.has(user.id) || [...users.values()].some(({ email }) => email === user.email);
        if (isTaken) throw new CrmflowError('conflict', `There is already a user ${user.email}.`);
        users.set(user.id, copy(user));
      },
    },
    workflows: {
      get: async (id) => copy(workflows.get(id) ?? null),
      findByName: async (userId, name) =>
        copy(
          newestFirst(
            [...workflows.values()].filter((row) => row.userId === userId && row.name === name),
            'updatedAt',
          )[0] ?? null,
        ),
      async list(userId, page) {
        const own = newestFirst(
          [...workflows.values()].filter((row) => row.userId === userId),
          'updatedAt',
        );
        const { items, nextCursor } = pageFrom(own, page);
        return { items: items.map(summary), nextCursor };
      },
      async create(workflow) {
        if (workflows.has(workflow.id))
          throw new CrmflowError('conflict', `There is already a workflow ${workflow.id}.`);
        workflows.set(workflow.id, copy(workflow));
      },
      async update(id, patch, at, revision) {
        const current = workflowAt(id);
        if (revision !== undefined && revision !== current.revision)
          throw new CrmflowError('stale', 'The workflow was saved by someone else meanwhile.', { current });
        const saved = copy({ ...current, ...patch, revision: current.revision + 1, updatedAt: at });
        workflows.set(id, saved);
        return copy(saved);
      },
      async remove(id) {
        workflowAt(id);
        workflows.delete(id);
        for (const row of logs) if (row.workflowId === id) row.workflowId = null;
      },
    },
    versions: {
      get: async (id) => copy(versions.get(id) ?? null),
      async keep(version) {
        if (!versions.has(version.id)) versions.set(version.id, copy(version));
      },
    },
    sessions: {
      get: async (id) => sessionIn(sessions.get(id)),
      async open(id, messageId) {
        const kept = sessions.get(id);
        const session = sessionIn(kept);
        return (
          session && { session, isKnownMessage: messageId !== null && !!kept?.messageIds?.has(messageId) }
        );
      },
      async list({ userId, workflowId, status }, page) {
        const found = [...sessions.values()]
          .map((kept) => sessionIn(kept)!)
          .filter(
            (row) =>
              row.userId === userId &&
              (workflowId === undefined || row.workflowId === workflowId) &&
              (status === undefined || row.status === status),
          );
        return pageFrom(newestFirst(found, 'createdAt'), page);
      },
      commit: async (whole) => commit(whole),
      async due(now, limit) {
        const found = idsOf(({ dueAt }) => dueAt !== null && dueAt <= now);
        const at = (id: string) => sessions.get(id)!.dueAt!;
        return found.sort((a, b) => (at(a) < at(b) ? -1 : 1)).slice(0, limit);
      },
      running: async (limit) => idsOf(({ status }) => status === 'running').slice(0, limit),
      openOn: async (workflowId) =>
        idsOf(
          (kept) =>
            kept.workflowId === workflowId && (kept.status === 'running' || kept.status === 'waiting'),
        ),
      async remove(id) {
        sessions.delete(id);
      },
    },
    messages: async (sessionId) => rowsIn<Message>(sessions.get(sessionId)?.lines),
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
    close: async () => undefined,
  };
}

const movedOn = () => new CrmflowError('conflict', 'The session has moved on meanwhile.');

const summary = ({ nodes, edges: _e, settings: _s, knowledge: _k, ...rest }: Workflow) => ({
  ...rest,
  nodeCount: nodes.length,
});

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
  userId: null,
  starterId: null,
  outcome: null,
  reason: null,
  nodeId: null,
  dueAt: null,
  step: 0,
  seq: 0,
};
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
  return { ...structuredClone(EMPTY), ...row, variables: merged(row.variables ?? {}) };
}
const rowsIn = <T>(lists: readonly string[] | null = []): T[] =>
  (lists ?? []).flatMap((list) => JSON.parse(list) as T[]);
const copy = <T>(value: T): T => structuredClone(value);

type Timed = { id: string; createdAt: string; updatedAt?: string };
function newestFirst<T extends Timed>(rows: T[], by: 'createdAt' | 'updatedAt'): T[] {
  const key = (row: T) => `${row[by] ?? row.createdAt} ${row.id}`;
  return rows.sort((a, b) => (key(a) < key(b) ? 1 : -1));
}

function pageFrom<T extends { id: string }>(rows: T[], { limit, cursor }: PageRequest): Page<T> {
  const start = cursor === undefined ? 0 : rows.findIndex(({ id }) => id === idIn(cursor)) + 1;
  if (cursor !== undefined && start === 0)
    throw new CrmflowError('invalid_input', 'cursor: it is not one that a list has given.');
  const items = rows.slice(start, start + limit);
  const last = items.at(-1);
  return { items, nextCursor: last && start + limit < rows.length ? cursorOf(last.id) : null };
}
const cursorOf = (id: string) => Buffer.from(id).toString('base64url');
const idIn = (cursor: string) => Buffer.from(cursor, 'base64url').toString();
