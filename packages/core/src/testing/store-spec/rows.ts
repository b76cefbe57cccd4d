import { randomUUID } from 'node:crypto';
import { merged } from '../../language/variables.ts';
import { newContact, type Contact } from '../../session/contact.ts';
import type { Message, Session, SessionEvent } from '../../session/session.ts';
import type { Commit, Store, User } from '../../store.ts';
import { Workflow, type Version } from '../../workflow/workflow.ts';

export type OpenStore = () => Promise<Store>;

const run = randomUUID().slice(0, 8);
let count = 0;
/** An id that no other row has. Later ones sort behind. */
export const newId = (what: string) => `${what}-${run}-${String(++count).padStart(6, '0')}`;

export const START = '2026-01-05T09:00:00.000Z';
/** So many milliseconds after the start. */
export const after = (ms: number) => new Date(Date.parse(START) + ms).toISOString();

export function aUser(): User {
  const id = newId('user');
  return {
    id,
    email: `${id}@example.org`,
    password: '*',
    name: null,
    tokenEpoch: 0,
    createdAt: START,
    updatedAt: START,
  };
}

export const aWorkflow = (userId: string, given: Partial<Workflow> = {}): Workflow => ({
  ...Workflow.parse({
    id: newId('workflow'),
    name: 'Leads',
    description: null,
    isPublic: false,
    isTemplate: false,
    nodes: [],
    edges: [],
    userId,
    revision: 1,
    publishedVersionId: null,
    publishedAt: null,
    firesAt: null,
    createdAt: START,
    updatedAt: START,
  }),
  ...given,
});

export const aContact = (userId: string, given: Partial<Contact> = {}): Contact => ({
  ...newContact(newId('contact'), userId, START),
  ...given,
});

export const aVersion = (): Version => {
  const { nodes, edges, settings, knowledge } = aWorkflow('nobody');
  return { id: newId('version'), graph: { nodes, edges, settings, knowledge, subflows: {} } };
};

/** A store with an owner and a version: what sessions and workflows hang on. */
export async function aWorld(open: OpenStore) {
  const store = await open();
  const user = aUser();
  const version = aVersion();
  await store.users.create(user);
  await store.versions.keep(version);
  const session = (given: Partial<Session> = {}): Session => aSession(user.id, version.id, given);
  /** A stored session, just begun. */
  async function begun(given: Partial<Session> = {}): Promise<Session> {
    const begins = beginning(session(given));
    await store.sessions.commit(begins);
    return begins.session;
  }
  return { store, userId: user.id, version, session, begun };
}

const aSession = (userId: string, versionId: string, given: Partial<Session>): Session => ({
  id: newId('session'),
  workflowId: 'template:leads',
  versionId,
  userId,
  starterId: null,
  contactId: null,
  tokenHash: 'hash',
  mode: 'auto',
  status: 'waiting',
  outcome: null,
  reason: null,
  nodeId: 'ask',
  step: 1,
  seq: 2,
  variables: merged(),
  wait: { for: 'message', expects: { kind: 'text' } },
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
  dueAt: null,
  createdAt: START,
  updatedAt: START,
  ...given,
});

/** The commit of a session that begins: event 1 is its start, event 2 the bot's first line. */
export function beginning(session: Session): Commit {
  const line = aLine(2, 'bot', 'Hello!');
  const node = { id: 'ask', type: 'listen', kind: 'text', label: 'Ask' } as const;
  const { workflowId } = session;
  const started: SessionEvent = {
    type: 'session:started',
    seq: 1,
    workflowId,
    activeNode: node,
    totalNodes: 1,
  };
  return {
    from: null,
    session,
    events: [started, { type: 'session:message', seq: 2, message: line }],
    lines: [line],
    messageId: null,
    workflowId: null,
    logs: [{ eventType: 'session_start', nodeId: 'ask', nodeType: 'listen', data: { mode: session.mode } }],
  };
}

/** The commit of the visitor's next message and the bot's answer: two lines, two events, one step. */
export function moving(from: Session, text = 'Hi', given: Partial<Session> = {}): Commit {
  const { step, seq, attempt } = from;
  const lines = [aLine(seq + 1, 'user', text), aLine(seq + 2, 'bot', `You said: ${text}`)];
  return {
    from: { step, seq, attempt },
    session: { ...from, step: step + 1, seq: seq + 2, message: text, updatedAt: after(seq), ...given },
    events: lines.map((message, at) => ({ type: 'session:message', seq: seq + 1 + at, message })),
    lines,
    messageId: newId('message'),
    workflowId: null,
    logs: [{ eventType: 'message_sent', nodeId: 'ask', nodeType: 'listen', data: { user: 1, bot: 1 } }],
  };
}

export const aLine = (seq: number, from: Message['from'], text: string): Message => ({
  id: `m${seq}`,
  from,
  text,
  nodeId: 'ask',
  at: START,
});

/** All that the store has of a session. */
export async function allOf(store: Store, userId: string, sessionId: string) {
  const [session, lines, events, logs] = await Promise.all([
    store.sessions.get(sessionId),
    store.messages(sessionId, { limit: 10_000 }),
    store.events(sessionId, 0, 1_000),
    store.logs({ userId, sessionId }, { limit: 200 }),
  ]);
  return {
    session,
    lines: lines.items,
    events,
    logs: logs.items.map(({ id: _id, ...log }) => log).reverse(),
  };
}

/** What `allOf` must give after these commits, all of one session. */
export const allIn = (commits: readonly Commit[], workflowId: string | null = null) => ({
  session: commits.at(-1)!.session,
  lines: commits.flatMap(({ lines }) => lines),
  events: commits.flatMap(({ events }) => events),
  logs: commits.flatMap(({ logs, session: { id: sessionId, updatedAt: createdAt } }) =>
    logs.map((log) => ({ ...log, sessionId, workflowId, createdAt })),
  ),
});

/** What the promises of many calls came to: how many went through, and the codes of the others. */
export async function countOf(calls: Promise<unknown>[]) {
  const settled = await Promise.allSettled(calls);
  const refused = settled.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as { code?: string }] : [],
  );
  return { done: settled.length - refused.length, refused: [...new Set(refused.map(({ code }) => code))] };
}

/** Tries to change everything in a value; what is frozen refuses. */
export function scribble(value: object): void {
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    if (typeof inner === 'object' && inner !== null) scribble(inner);
    Reflect.set(value, key, 'changed outside');
  }
  if (Array.isArray(value) && !Object.isFrozen(value)) value.push('added outside');
}
