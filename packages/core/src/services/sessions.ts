import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Admit, Runner, Turn } from '../runner/runner.ts';
import { createAnswers, type Begun } from './answers.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store.ts';
import { writingTo } from './channels/thread.ts';
import { mustBeWilling } from './channels/willing.ts';
import { contactOf } from './contacts.ts';
import { eventFor, sessionFor, turnFor, type Rights } from './session-view.ts';
import type { Versions } from './versions.ts';
import { checkFile, keepFile } from './visitor-files.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  versions: Versions;
  runner: Runner;
  report(cause: unknown, sessionId: string): void;
}

export function rightsOf(actor: Actor, session: Session, ids: Ids): Rights {
  if (actor.role === 'user' && session.userId === actor.userId) return 'owner';
  if (actor.role === 'user' && session.starterId === actor.userId) return 'visitor';
  return actor.sessionToken !== undefined && ids.hash(actor.sessionToken) === session.tokenHash
    ? 'visitor'
    : 'none';
}

export function createSessions({
  store,
  ids,
  clock,
  versions,
  runner,
  report,
}: Needs): Services['sessions'] & {
  /** The session and the actor's rights in it; others are told that it is not there. */
  readable(actor: Actor, id: string): Promise<{ session: Session; rights: Rights }>;
  /** As `start`, but answers as soon as the session is stored. */
  begin: Services['sessions']['start'];
} {
  const { inTime, atOnce } = createAnswers(report);
  async function readable(actor: Actor, id: string) {
    const session = await store.sessions.get(id);
    const rights = session ? rightsOf(actor, session, ids) : 'none';
    if (!session || rights === 'none') throw notFound('session', id);
    return { session, rights };
  }
  /** Lets an actor act on a session he may read, and shows him what he may see of what came of it. */
  const acting =
    <I extends { id: string }>(act: (input: I, admit: Admit, begun: Begun) => Promise<Turn>) =>
    async (actor: Actor, input: I) => {
      let rights: Rights = 'none';
      const admit: Admit = (session) => {
        rights = rightsOf(actor, session, ids);
        if (rights === 'none') throw notFound('session', input.id);
        return { mayMove: rights === 'owner' };
      };
      const turn = await inTime((begun) => act(input, admit, begun));
      return turnFor(rights, turn);
    };

  /** As `acting`, for the owner alone. */
  const taken = <I extends { id: string }>(act: (input: I, admit: Admit, begun: Begun) => Promise<Turn>) =>
    acting<I>((input, admit, begun) => {
      const owning: Admit = (session) => {
        const admitted = admit(session);
        if (admitted.mayMove) return admitted;
        throw new CrmflowError('forbidden', 'Only the owner of the workflow answers in its place.');
      };
      return act(input, owning, begun);
    });

  const starting =
    (answer: typeof inTime): Services['sessions']['start'] =>
    async (actor, { workflowId, contactId, channel, mode, variables }, _signal, seed) => {
      const { version, userId, isShipped } = await versions.runnable(actor, workflowId);
      const contact = contactId === undefined ? undefined : await contactOf(store, actor, userId, contactId);
      if (channel && !contact)
        throw new CrmflowError('invalid_input', 'channel: it takes a contactId, whose number is written to.');
      const writing = channel && contact && writingTo(ids, workflowId, contact.person, channel);
      const made = (what: string) =>
        seed === undefined ? ids.secret() : ids.hash(`${what} ${seed}`).slice(0, 32);
      const token = made('token');
      const beginning = {
        id: made('session'),
        workflowId,
        userId,
        starterId: actor.role === 'user' ? actor.userId : null,
        tokenHash: ids.hash(token),
        mode,
        inputs: variables,
        contact,
        channel: writing?.channel ?? null,
      };
      const more = { workflowId: isShipped ? null : workflowId, thread: writing?.thread };
      const turn = await answer((begun) => runner.start(version, beginning, { ...more, begun })).catch(
        async (cause: unknown) => {
          const before = seed === undefined ? null : await turnOf(beginning.id);
          if (before) return before;
          if (writing && (await store.threads.find(writing.thread)) !== null) throw ALREADY;
          return goneIf(workflowId, contact?.id)(cause);
        },
      );
      const rights = actor.role === 'user' && actor.userId === userId ? 'owner' : 'visitor';
      return { ...turnFor(rights, turn), token };
    };

  /** A session that an earlier call under the same key has begun, with all that it has told. */
  async function turnOf(id: string): Promise<Turn | null> {
    const session = await store.sessions.get(id);
    return session && { session, events: await store.events(id, 0, session.seq) };
  }

  return {
    readable,
    begin: starting(atOnce),
    start: starting(inTime),
    async list(actor, { limit, cursor, ...filter }) {
      const page = await store.sessions.list({ of: readerOf(actor, ids), ...filter }, { limit, cursor });
      return {
        ...page,
        items: page.items.map((session) => sessionFor(rightsOf(actor, session, ids), session)),
      };
    },
    async get(actor, { id }) {
      const { session, rights } = await readable(actor, id);
      return sessionFor(rights, session);
    },
    async messages(actor, { id, ...page }) {
      await readable(actor, id);
      return store.messages(id, page);
    },
    async events(actor, { id, after, limit }) {
      const { rights } = await readable(actor, id);
      const items = await store.events(id, after, limit);
      const last = items.length === limit ? String(items.at(-1)!.seq) : null;
      return { items: items.map((event) => eventFor(rights, event)), nextCursor: last };
    },
    send: acting(async ({ id, message: text, messageId = null, advance: isLeft }, admit, begun) => {
      if (text === '') throw new CrmflowError('invalid_input', 'The message is empty.');
      return runner.deliver(id, { by: 'message', text }, { messageId, admit, begun, isLeft });
    }),
    reply: taken(async ({ id, message: text }, admit, begun) => {
      const session = await store.sessions.get(id);
      if (session?.channel) {
        admit(session);
        await mustBeWilling({ store, clock }, session, await runner.flowOf(session));
      }
      return runner.deliver(id, { by: 'person', text }, { admit, begun });
    }),
    handBack: taken(({ id, port, message: text }, admit, begun) =>
      runner.deliver(id, { by: 'person', text, port }, { admit, begun }),
    ),
    async upload(actor, { id, file, messageId = null }) {
      const { session, rights } = await readable(actor, id);
      checkFile(session.wait, file);
      const given = await keepFile(id, file, { store, ids, clock });
      const wake = { by: 'message' as const, text: given.name, file: given };
      return turnFor(rights, await inTime((begun) => runner.deliver(id, wake, { messageId, begun })));
    },
    async file(actor, { id, fileId }) {
      await readable(actor, id);
      const found = await store.files.get(id, fileId);
      if (!found) throw notFound('file', fileId);
      const { name, mimeType, bytes } = found;
      return { name, mimeType, bytes };
    },
    execute: acting(({ id, nodeId, advance: isLeft }, admit, begun) =>
      runner.execute(id, nodeId, { admit, begun, isLeft }),
    ),
    advance: acting(({ id, nodeId }, admit, begun) => runner.leave(id, nodeId, { admit, begun })),
    end: acting(({ id }, admit) => runner.end(id, 'ended', admit)),
    async remove(actor, { id }) {
      await readable(actor, id);
      await runner.end(id, 'ended');
      await store.sessions.remove(id);
      return {};
    },
  };
}

const ALREADY = new CrmflowError(
  'conflict',
  'A conversation of this workflow with this number is open already. End it first, or go on with it.',
);

/** A session that could not begin: its workflow, or whom it is for, was deleted in that moment. */
const goneIf =
  (workflowId: string, contactId: string | undefined) =>
  (cause: unknown): never => {
    if (!(cause instanceof CrmflowError) || cause.code !== 'conflict') throw cause;
    throw contactId === undefined ? notFound('workflow', workflowId) : goneWith(workflowId, contactId);
  };
const goneWith = (workflowId: string, contactId: string) =>
  new CrmflowError(
    'not_found',
    `The workflow ${workflowId} or the contact ${contactId} is not there any more.`,
  );

/** Whose sessions an actor may list: a user's own, or the one a guest holds the token of. */
function readerOf(actor: Actor, ids: Ids) {
  if (actor.role === 'user') return { userId: actor.userId };
  if (actor.sessionToken !== undefined) return { tokenHash: ids.hash(actor.sessionToken) };
  throw new CrmflowError('unauthenticated', 'Log in, or show the token of a session.');
}
