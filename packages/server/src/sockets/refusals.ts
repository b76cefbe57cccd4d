import { randomUUID } from 'node:crypto';
import { CrmflowError, type ErrorBody } from '@crmflow/core/contract';
import type { Logger } from './calls.ts';
import type { SocketCounts } from './metrics.ts';

/** Notes and counts that a client is refused; gives what it is told. `event` is one of a few known words. */
export type Refused = (cause: unknown, event: string) => ErrorBody & { requestId: string };

/** Notes each refusal as the log of requests does: what it was, with which code, and never what was sent. */
export function createRefusals({
  logger,
  counts,
}: {
  logger: Logger | undefined;
  counts: SocketCounts | undefined;
}): Refused {
  return (cause, event) => {
    const refusal = CrmflowError.from(cause);
    const { code, status } = refusal;
    const requestId = randomUUID();
    if (code === 'internal') logger?.error({ err: cause, requestId }, 'A call by socket failed.');
    logger?.info({ requestId, event, code, status }, 'refused by socket');
    counts?.refused(code);
    return { ...refusal.toJSON(), requestId };
  };
}
