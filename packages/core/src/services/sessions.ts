import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Admit, Runner, Turn } from '../runner/runner.ts';
import { createAnswers, type Begun } from './answers.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store.ts';
import { mustBeWilling } from './channels/willing.ts';
import { eventFor, sessionFor, turnFor, type Rights } from './session-view.ts';
import { createStarting } from './starting.ts';
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
  const starting = createStarting({ store, ids, versions, runner });
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
    send: acting(async ({ id, message: text, messageId = null, advance: isLeft, ifSeq }, admit, begun) => {
      if (text === '') throw new CrmflowError('invalid_input', 'The message is empty.');
      return runner.deliver(id, { by: 'message', text }, { messageId, admit, begun, isLeft, ifSeq });
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
      const known = messageId === null ? null : await store.sessions.open(id, messageId);
      if (known && known.knownAt !== null)
        return turnFor(rights, await runner.deliver(id, { by: 'message', text: '' }, { messageId }));
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

/** Whose sessions an actor may list: a user's own, or the one a guest holds the token of. */
function readerOf(actor: Actor, ids: Ids) {
  if (actor.role === 'user') return { userId: actor.userId };
  if (actor.sessionToken !== undefined) return { tokenHash: ids.hash(actor.sessionToken) };
  throw new CrmflowError('unauthenticated', 'Log in, or show the token of a session.');
}
