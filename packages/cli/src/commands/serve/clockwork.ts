const TICK_MS = 500;
/** A due session may wait for somebody else's server for minutes; the others are taken meanwhile. */
const MOST_AT_ONCE = 50;

interface Told {
  /** Hears the first failure after it worked, and no other. */
  failed(cause: unknown): void;
  /** It works again. */
  works(): void;
}

/** Does the work again and again, at once while there is any; stopping waits for what is at work. */
export function keepTicking(work: () => Promise<number>, { failed, works }: Told) {
  const atWork = new Set<Promise<void>>();
  let isStopped = false;
  let isFailing = false;
  function fail(cause: unknown) {
    if (!isFailing) failed(cause);
    isFailing = true;
  }
  function tick() {
    if (isStopped || atWork.size >= MOST_AT_ONCE) return;
    const done = work().then((count) => {
      if (isFailing) works();
      isFailing = false;
      if (count > 0) tick();
    }, fail);
    atWork.add(done);
    void done.finally(() => atWork.delete(done));
  }
  const timer = setInterval(tick, TICK_MS);
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await Promise.all(atWork);
    },
  };
}
