import type { Request } from 'express';
import type { App } from '@crmflow/core';
import { contract, CrmflowError, type Actor } from '@crmflow/core/contract';
import { closing } from './closing.ts';
import type { DatabaseOutage } from './database-outage.ts';
import { createClicks } from './sockets/clicks.ts';
import { countingCopiesOnce } from './sockets/limits.ts';
import { createRecent } from './sockets/recent.ts';
import type { Limits } from './limits.ts';
import type { RedisState } from './redis.ts';

interface Needs {
  app: App;
  limits: Limits;
  /** Whether this server still takes work. */
  isReady(): boolean;
  outage: DatabaseOutage;
  /** Of a server that was told of one. */
  redis?: RedisState | undefined;
}
interface Call {
  actor: Actor;
  request: Request;
  input: unknown;
}

/** What only this edge can know of a call: how often it came from here, and whether it is about to close. */
export function createGuard({ app, limits, isReady, outage, redis }: Needs) {
  const clicks = createClicks({ oneAtATime: false });
  const countMessage = countingCopiesOnce((id) => limits.message(id));

  const admitted = createRecent();

  /** Nobody may use up the limits of a session that is not theirs. */
  async function mustBeIn(sessionId: string, actor: Actor): Promise<void> {
    const key = JSON.stringify([sessionId, actor]);
    if (admitted.has(key)) return;
    await app.as(actor).sessions.get({ id: sessionId });
    admitted.add(key);
  }
  async function send<T>({ actor, request, input }: Call, work: () => Promise<T>): Promise<T> {
    const said = contract.sessions.send.input.safeParse(input);
    if (!said.success) return work();
    const { id: sessionId, message, messageId } = said.data;
    await mustBeIn(sessionId, actor);
    await countMessage(sessionId, messageId);
    // A request with a key of its own is answered as the first with that key.
    if (request.headers['idempotency-key'] !== undefined) return work();
    return clicks({ sessionId, message, messageId }, work);
  }

  return async function guarded(name: string, call: Call, work: () => Promise<unknown>): Promise<unknown> {
    const { actor, request } = call;
    const address = request.ip ?? '';
    switch (name) {
      case 'auth.register':
        await limits.register(address);
        return work();
      case 'auth.login':
        return limits.login({ account: emailIn(call.input), address }, work);
      case 'auth.changePassword':
        return limits.login({ account: accountOf(actor), address }, work);
      case 'sessions.start':
        if (!isReady()) throw closing();
        if (actor.role === 'guest') await limits.guestStart(address);
        return work();
      case 'sessions.send':
        return send(call, work);
      case 'health.get':
        return { ...((await work()) as object), ...(redis && { redis: redis() }) };
      case 'health.ready':
        if (!isReady()) throw closing();
        if (outage.isOn())
          throw new CrmflowError(
            'unavailable',
            'Calls were refused just now: the database is away, or full.',
          );
        return work();
      default:
        return work();
    }
  };
}

const emailIn = (input: unknown): string =>
  typeof input === 'object' && input && 'email' in input ? String(input.email).slice(0, 1_000) : '';

/** No e-mail address: whoever only has a token keeps nobody from logging in. */
const accountOf = (actor: Actor): string => (actor.role === 'user' ? `the account ${actor.userId}` : '');
