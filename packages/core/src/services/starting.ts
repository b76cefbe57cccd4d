import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError, notFound } from '../errors.ts';
import type { Ids } from '../ports.ts';
import type { Runner, Turn } from '../runner/runner.ts';
import type { Store } from '../store.ts';
import type { Begun } from './answers.ts';
import { writingTo } from './channels/thread.ts';
import { contactOf } from './contacts.ts';
import { turnFor } from './session-view.ts';
import type { Versions } from './versions.ts';

interface Needs {
  store: Store;
  ids: Ids;
  versions: Versions;
  runner: Runner;
}
type Answer = (work: (begun: Begun) => Promise<Turn>) => Promise<Turn>;

/** Starts conversations, each answered in one way or another. */
export function createStarting({ store, ids, versions, runner }: Needs) {
  /** A session that an earlier call under the same key has begun, with all that it has told. */
  async function turnOf(id: string): Promise<Turn | null> {
    const session = await store.sessions.get(id);
    return session && { session, events: await store.events(id, 0, session.seq) };
  }

  /** Nobody who meant to come as somebody comes as a stranger: a token that opens nothing is a mistyped login. */
  async function mustBeGood(actor: Actor): Promise<void> {
    if (actor.role === 'user' || actor.sessionToken === undefined) return;
    const of = { tokenHash: ids.hash(actor.sessionToken) };
    const { items } = await store.sessions.list({ of }, { limit: 1 });
    if (!items.length)
      throw new CrmflowError(
        'unauthenticated',
        'The token is not good, or no longer. Log in again, or send none to come as a guest.',
      );
  }

  return (answer: Answer): Services['sessions']['start'] =>
    async (actor, { workflowId, contactId, channel, mode, variables, draft }, _signal, seed) => {
      await mustBeGood(actor);
      const { version, userId, isShipped } = await versions.runnable(actor, workflowId, draft);
      const contact = contactId === undefined ? undefined : await contactOf(store, actor, userId, contactId);
      if (channel && !contact)
        throw new CrmflowError('invalid_input', 'channel: it takes a contactId, whose number is written to.');
      const writing = channel && contact && writingTo(ids, { workflowId, userId }, contact.person, channel);
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
          if (writing && (await store.threads.find(writing.thread.key)) !== null) throw ALREADY;
          return goneIf(workflowId, contact?.id)(cause);
        },
      );
      const rights = actor.role === 'user' && actor.userId === userId ? 'owner' : 'visitor';
      return { ...turnFor(rights, turn), token };
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
