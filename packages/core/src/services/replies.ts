import type { Actor, Operation } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { Clock, Ids, Sealer } from '../ports.ts';
import type { Store } from '../store.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  sealer: Sealer;
}
interface Call {
  actor: Actor;
  /** `sessions.start` */
  name: string;
  op: Operation;
  key: string;
  input: unknown;
}

/** A call that takes longer was cut off with its process. */
const STALE_MS = 10 * 60_000;
const KEPT_MS = 24 * 60 * 60_000;

/** Does a call with an idempotency key once, and answers it the same for a day. A refusal is not kept. */
export function createReplies({ store, ids, clock, sealer }: Needs) {
  const before = (ms: number) => new Date(clock.now().getTime() - ms).toISOString();

  async function once<T>({ actor, name, op, key, input }: Call, work: () => Promise<T>): Promise<T> {
    // Accounts: an answer with a login token is not kept, not even sealed.
    if (op.method === 'get' || name.startsWith('auth.')) return work();
    const id = ids.hash([identityOf(actor, ids), name, key].join('\n'));
    const fingerprint = ids.hash(textOf(input));
    const createdAt = clock.now().toISOString();
    const there = await store.replies.claim({ id, fingerprint, answer: null, createdAt }, before(STALE_MS));
    if (!there) return claimed(id, work);
    if (there.fingerprint !== fingerprint)
      throw new CrmflowError(
        'unprocessable',
        'This idempotency key was used for another request. Use a new one.',
      );
    if (there.answer === null)
      throw new CrmflowError(
        'conflict',
        'The first request with this idempotency key is still at work. Ask again in a moment.',
      );
    return JSON.parse(sealer.open(there.answer, contextOf(id))) as T;
  }

  async function claimed<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      await store.replies.answer(id, sealer.seal(JSON.stringify(answer), contextOf(id)));
      return answer;
    } catch (cause) {
      await store.replies.remove(id);
      throw cause;
    }
  }

  return { once, prune: () => store.replies.prune(before(KEPT_MS)) };
}

const contextOf = (id: string) => `reply:${id}`;

const identityOf = (actor: Actor, ids: Ids): string =>
  actor.role === 'user'
    ? `user ${actor.userId}`
    : `guest ${actor.sessionToken === undefined ? '' : ids.hash(actor.sessionToken)}`;

const textOf = (input: unknown): string =>
  JSON.stringify(input, (_name, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
