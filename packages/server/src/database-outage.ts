import { isDatabaseAway } from '@crmflow/core/contract';
import type { Logger } from './log.ts';
import { createOutage } from './outage.ts';

/** For so long nobody is sent here whose call would be refused as well. */
const WARY_MS = 10_000;

export type DatabaseOutage = ReturnType<typeof createDatabaseOutage>;

/**
 * Notes that calls are refused because the database is away or takes nothing more, as with a full disk, where it still
 * answers who only asks.
 */
export function createDatabaseOutage(logger: Logger | undefined) {
  const outage = createOutage(logger, {
    began: 'The database is away or takes nothing more: calls are refused.',
    ended: 'The database takes calls again.',
  });
  let refusedAt = -Infinity;
  return {
    /** What was answered with a refusal. */
    refused(cause: unknown): void {
      if (!isDatabaseAway(cause)) return;
      refusedAt = performance.now();
      outage.failed(cause);
    },
    /** Something was written. */
    worked(): void {
      refusedAt = -Infinity;
      outage.worked();
    },
    /** Whether a call was refused just now, and none has worked since. */
    isOn: () => performance.now() - refusedAt < WARY_MS,
  };
}
