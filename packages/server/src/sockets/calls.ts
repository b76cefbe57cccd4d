import type { IncomingMessage } from 'node:http';
import type { ErrorBody } from '@crmflow/core/contract';
import { createClicks } from './clicks.ts';
import { eventNamed, rowOf } from './events.ts';
import { countingCopiesOnce, type SocketLimits } from './limits.ts';
import { argumentsOf } from './payload.ts';
import type { Refused } from './refusals.ts';
import type { Visit } from './visit.ts';
import type { Answer } from './wire.ts';

/** Where refusals and failures of ours are noted; pino's shape. */
export interface Logger {
  info(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}
interface Needs {
  limits: SocketLimits;
  logger: Logger | undefined;
  refused: Refused;
  addressOf(request: IncomingMessage): string;
  /** Refuses what would begin while the server is about to close. */
  mustTakeWork(): void;
}

/** Carries out what clients send. Nothing they send, and nothing that fails on the way, leaves here as an error. */
export function createCalls({ limits, logger, refused, addressOf, mustTakeWork }: Needs) {
  const shared = {
    limits,
    addressOf,
    mustTakeWork,
    clicks: createClicks({ oneAtATime: true }),
    countMessage: countingCopiesOnce((id) => limits.message(id)),
  };
  const atWork = new Set<Promise<void>>();

  /** Tells the client what went wrong; gives what it was told. */
  function refuse(
    visit: Visit,
    cause: unknown,
    { event, sessionId }: { event: string; sessionId?: string | undefined },
  ): ErrorBody {
    const error = refused(cause, event);
    visit.tell('error:api', { ...error, ...(sessionId !== undefined && { sessionId }) });
    return error;
  }

  async function answerTo(visit: Visit, event: string, payloads: readonly unknown[]): Promise<Answer> {
    const name = eventNamed(event);
    try {
      const actor = await visit.inOrder(async () => {
        await limits.event(visit.id);
        return visit.authenticate();
      });
      const lose = (cause: unknown, sessionId?: string) =>
        void refuse(visit, cause, { event: name, sessionId });
      return { ok: true, data: await rowOf(event)(payloads, { visit, actor, lose, ...shared }) };
    } catch (cause) {
      const sessionId = sessionIn(payloads) ?? visit.hearing.current();
      return { ok: false, error: refuse(visit, cause, { event: name, sessionId }) };
    }
  }

  async function carryOut(visit: Visit, event: string, args: readonly unknown[]): Promise<void> {
    const { payloads, acknowledge } = argumentsOf(args);
    acknowledge(await answerTo(visit, event, payloads));
    if (visit.isExpelled) visit.hangUp();
  }

  return {
    take(visit: Visit, event: string, args: readonly unknown[]): void {
      const work = carryOut(visit, event, args)
        .catch((cause: unknown) => logger?.error({ err: cause }, 'An event could not be answered.'))
        .finally(() => atWork.delete(work));
      atWork.add(work);
    },
    /** Looks again who is there, for a socket that only listens. */
    async recheck(visit: Visit): Promise<void> {
      try {
        await visit.authenticate();
      } catch (cause) {
        if (!visit.isExpelled) return;
        refuse(visit, cause, { event: 'recheck' });
        visit.hangUp();
      }
    },
    /** Resolves when nothing is at work. */
    async rest(): Promise<void> {
      while (atWork.size) await Promise.all(atWork);
    },
  };
}

/** The session a payload names, whatever else it holds. */
function sessionIn([payload]: readonly unknown[]): string | undefined {
  if (typeof payload !== 'object' || payload === null || !('sessionId' in payload)) return undefined;
  const { sessionId } = payload;
  return typeof sessionId === 'string' && sessionId.length <= 200 ? sessionId : undefined;
}
