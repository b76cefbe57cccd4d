import type { Logger } from './log.ts';

/** Notes once that something went away and once that it is back, however often it is asked meanwhile. */
export function createOutage(logger: Logger | undefined, sentences: { began: string; ended: string }) {
  let isAway = false;
  return {
    failed(cause: unknown): void {
      if (!isAway) logger?.warn({ err: cause }, sentences.began);
      isAway = true;
    },
    worked(): void {
      if (isAway) logger?.info({}, sentences.ended);
      isAway = false;
    },
  };
}
