import { CrmflowError, notFound } from '../errors.ts';
import type { Message, Session, SessionEvent } from '../session/session.ts';
import type { Commit, LogRow, Page, PageRequest, Store, User } from '../store.ts';
import type { Version, Workflow } from '../workflow/workflow.ts';

/** One session with its transcript and events: what commits add is kept as it came, frozen. */
interface Kept {
  session: Session;
  lines: (readonly Message[])[];
  events: (readonly SessionEvent[])[];
  messageIds: Set<string> | null;
}

/** A store that lives as long as the process: for tests and `--ephemeral`. */
export function createMemoryStore(): Store {
  const users = new Map<string, User>();
  const workflows = new Map<string, Workflow>();
  const versions = new Map<string, Version>();
  const sessions = new Map<string, Kept>();
  const logs: (LogRow & { userId: string | null })[] = [];
  let logIds = 0;

  function commit({ from, session, events, lines, messageId, logs: entries }: Commit): void {
    const kept = sessions.get(session.id);
    const stood = kept ? kept.session : null;
    if ((from === null) !== (stood === null) || stood?.step !== from?.step || stood?.seq !== from?.seq) throw movedOn();
    if (messageId !== null && kept?.messageIds?.has(messageId)) throw movedOn();
    const into: Kept = kept ?? { session, lines: [], events: [], messageIds: null };
    into.session = frozen(session);
    if (lines.length) into.lines.push(frozen(lines));
    if (events.length) into.events.push(frozen(events));
    if (messageId !== null) (into.messageIds ??= new Set()).add(messageId);
    sessions.set(session.id, into);
    const { userId, workflowId, id: sessionId, updatedAt: createdAt } = session;
    const known = workflows.has(workflowId) ? workflowId : null;
    for (const entry of entries)
      logs.push({ ...frozen(entry), id: `log-${++logIds}`, sessionId, workflowId: known, createdAt, userId });
  }

  const each = () => [...sessions.values()].map(({ session }) => session);
  const idsOf = (found: Session[]) => found.map(({ id }) => id);
  function workflowAt(id: string): Workflow {
    const workflow = workflows.get(id);
    if (!workflow) throw notFound('workflow', id);
    return workflow;
  }

  return {
    users: {
      get: async (id) => users.get(id) ?? null,
      findByEmail: async (email) => [...users.values()].find((user) => user.email === email) ?? null,
      async create(user) {
        const isTaken = users.has(user.id) || [...users.values()].some(({ email }) => email === user.email);
        if (isTaken) throw new CrmflowError('conflict', `There is already a user ${user.email}.`);
        users.set(user.id, frozen(user));
      },
    },
    workflows: {
      get: async (id) => workflows.get(id) ?? null,
      findByName: async (userId, name) =>
        newestFirst([...workflows.values()].filter((row) => row.userId === userId && row.name === name), 'updatedAt')[0] ??
        null,
      async list(userId, page) {
        const own = newestFirst([...workflows.values()].filter((row) => row.userId === userId), 'updatedAt');
        const { items, nextCursor } = pageFrom(own, page);
        return { items: items.map(summary), nextCursor };
      },
      async create(workflow) {
        if (workflows.has(workflow.id)) throw new CrmflowError('conflict', `There is already a workflow ${workflow.id}.`);
        workflows.set(workflow.id, frozen(workflow));
      },
      async update(id, patch, at, revision) {
        const current = workflowAt(id);
        if (revision !== undefined && revision !== current.revision)
          throw new CrmflowError('stale', 'The workflow was saved by someone else meanwhile.', { current });
        const saved = frozen({ ...current, ...patch, revision: current.revision + 1, updatedAt: at });
        workflows.set(id, saved);
        return saved;
      },
      async remove(id) {
        workflowAt(id);
        workflows.delete(id);
        for (const row of logs) if (row.workflowId === id) row.workflowId = null;
      },
    },
    versions: {
      get: async (id) => versions.get(id) ?? null,
      async keep(version) {
        if (!versions.has(version.id)) versions.set(version.id, frozen(version));
      },
    },
    sessions: {
      get: async (id) => sessions.get(id)?.session ?? null,
      async open(id, messageId) {
        const kept = sessions.get(id);
        if (!kept) return null;
        return { session: kept.session, isKnownMessage: messageId !== null && !!kept.messageIds?.has(messageId) };
      },
      async list({ userId, workflowId, status }, page) {
        const found = each().filter(
          (row) =>
            row.userId === userId &&
            (workflowId === undefined || row.workflowId === workflowId) &&
            (status === undefined || row.status === status),
        );
        return pageFrom(newestFirst(found, 'createdAt'), page);
      },
      commit: async (whole) => commit(whole),
      async due(now, limit) {
        const found = each().filter(({ dueAt }) => dueAt !== null && dueAt <= now);
        return idsOf(found.sort((a, b) => (a.dueAt! < b.dueAt! ? -1 : 1))).slice(0, limit);
      },
      running: async (limit) => idsOf(each().filter(({ status }) => status === 'running')).slice(0, limit),
      openOn: async (workflowId) =>
        idsOf(
          each().filter((row) => row.workflowId === workflowId && (row.status === 'running' || row.status === 'waiting')),
        ),
      async remove(id) {
        sessions.delete(id);
      },
    },
    messages: async (sessionId) => sessions.get(sessionId)?.lines.flat() ?? [],
    events: async (sessionId, after, limit) =>
      (sessions.get(sessionId)?.events.flat() ?? []).filter(({ seq }) => seq > after).slice(0, limit),
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
      return { items: items.map(({ userId: _owner, ...row }) => row), nextCursor };
    },
    close: async () => undefined,
  };
}

const movedOn = () => new CrmflowError('conflict', 'The session has moved on meanwhile.');

const summary = ({ nodes, edges: _e, settings: _s, knowledge: _k, ...rest }: Workflow) => ({
  ...rest,
  nodeCount: nodes.length,
});

/** A copy nobody can change: rows go in and out without being copied again. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map(frozen)
    : Object.setPrototypeOf(
        Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frozen<unknown>(item)])),
        Object.getPrototypeOf(value) as object | null,
      );
  return Object.freeze(copy) as T;
}

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
