import { Failure, timedOut } from './failure.ts';

/** The end that a request meets when its work is not done in time, or no longer wanted. */
export interface Deadline {
  /** Aborted with a `Failure`. */
  signal: AbortSignal;
  /** The work, or the deadline's failure when that comes first. */
  within<T>(work: Promise<T>): Promise<T>;
  /** The work is done: nothing is left to end. */
  done(): void;
  /** Ends what is still open, unless the work is done. */
  stop(): void;
}

/** Starts the time of a request. */
export function startDeadline(timeoutMs: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  let isOver = false;
  const done = () => {
    isOver = true;
    clearTimeout(timer);
    caller?.removeEventListener('abort', cancel);
  };
  const stop = (failure?: Failure) => {
    if (isOver) return;
    done();
    controller.abort(failure ?? new Failure('cancelled'));
  };
  const cancel = () => stop(new Failure('cancelled', '', { cause: caller?.reason }));
  const timer = setTimeout(() => stop(timedOut('was not done within', timeoutMs)), timeoutMs);
  if (caller?.aborted) cancel();
  else caller?.addEventListener('abort', cancel);
  return { signal, done, stop: () => stop(), within: (work) => within(signal, work) };
}

/** undici notices a signal only once it has a connection; a slow name server or a full pool must not hold a caller. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // Nothing but a `Failure` aborts it.
    const stop = () => reject(signal.reason as Failure);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
