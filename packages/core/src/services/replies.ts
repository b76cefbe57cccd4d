import type { Actor, Operation } from '../contract/operation.ts';
import { CrmflowError, mayBeDone } from '../errors.ts';
import type { Clock, Ids, Sealer } from '../ports.ts';
import type { About, Store, StoredReply } from '../store.ts';

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
  op: Pick<Operation, 'method'>;
  key: string;
  /** What the caller calls the key; `idempotency key` when absent. */
  keyName?: string;
  input: unknown;
  /** Whether the work done again with the same seed does nothing twice, and answers with what is there. */
  isRepeatable?: boolean;
}

/** What is done; the seed is the same for everybody who comes with the same key. */
type Work<T> = (seed: string | undefined) => Promise<T>;

/** Does things once. */
export type Replies = ReturnType<typeof createReplies>;

/** A call that takes longer was cut off with its process; one that may be repeated is never taken for another. */
const STALE_MS = 10 * 60_000;
const KEPT_MS = 24 * 60 * 60_000;

/** Does a call with an idempotency key once, and answers it the same for a day. A refusal is not kept. */
export function createReplies({ store, ids, clock, sealer }: Needs) {
  const before = (ms: number) => new Date(clock.now().getTime() - ms).toISOString();

  async function once<T>(
    { actor, name, op, key, keyName = 'idempotency key', input, isRepeatable = false }: Call,
    work: Work<T>,
  ): Promise<T> {
    // Accounts: an answer with a login token is not kept, not even sealed.
    if (op.method === 'get' || name.startsWith('auth.')) return work(undefined);
    mustTellApart(actor, key);
    const id = ids.hash([identityOf(actor, ids), name, key].join('\n'));
    const fingerprints = sealer.fingerprints(textOf(input));
    const claim: StoredReply = {
      id,
      fingerprint: fingerprints[0],
      answer: null,
      userId: actor.role === 'user' ? actor.userId : null,
      sessionId: null,
      contactId: null,
      createdAt: clock.now().toISOString(),
    };
    const there = await store.replies.claim(claim, before(isRepeatable ? KEPT_MS : STALE_MS));
    if (!there) return claimed(id, name, () => work(seedOf(claim)));
    if (!fingerprints.includes(there.fingerprint))
      throw new CrmflowError('unprocessable', `This ${keyName} was used for another request. Use a new one.`);
    if (there.answer === null) {
      if (isRepeatable || isKnownById(input)) return work(seedOf(there));
      throw new CrmflowError(
        'unavailable',
        `The first request with this ${keyName} is still at work. Ask again in a moment.`,
        { retryAfter: 1 },
      );
    }
    return JSON.parse(sealer.open(there.answer, contextOf(id))) as T;
  }

  async function claimed<T>(id: string, name: string, work: () => Promise<T>): Promise<T> {
    const answer = await work().catch(async (cause: unknown) => {
      // What may have been done must not be done again: whoever asks again is told to wait.
      if (!mayBeDone(cause)) await store.replies.remove(id);
      throw cause;
    });
    const sealed = sealer.seal(JSON.stringify(answer), contextOf(id));
    await store.replies.answer(id, sealed, aboutIn(name, answer));
    return answer;
  }

  /** The same for a key as long as it is kept; nobody guesses it. */
  const seedOf = ({ id, createdAt }: StoredReply) => sealer.fingerprints(`seed ${id} ${createdAt}`)[0];

  return { once, prune: () => store.replies.prune(before(KEPT_MS)) };
}

/** Guests have nothing else that tells one from the other: a key that two could hit upon would hand over a conversation. */
function mustTellApart(actor: Actor, key: string): void {
  const isNobody = actor.role === 'guest' && actor.sessionToken === undefined;
  if (isNobody && !RANDOM.test(key))
    throw new CrmflowError(
      'invalid_input',
      'Without a login the Idempotency-Key must be a random UUID (version 4): it alone tells you from others.',
    );
}
const RANDOM = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** A message with an id of its own is processed once however often it is sent: it waits for no request that was cut off. */
const isKnownById = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'messageId' in input && input.messageId !== undefined;

/** The session or the contact an answer tells of. */
function aboutIn(name: string, answer: unknown): About {
  const { session, id } = (answer ?? {}) as { session?: { id?: unknown }; id?: unknown };
  return {
    sessionId: typeof session?.id === 'string' ? session.id : null,
    contactId: name.startsWith('contacts.') && typeof id === 'string' ? id : null,
  };
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
