const TICK_MS = 500;
/** A due session may wait for somebody else's server for minutes; the others are taken meanwhile. */
const MOST_AT_ONCE = 50;

/** Does the work again and again, at once while there is any; stopping waits for what is at work. */
export function keepTicking(work: () => Promise<number>, failed: (cause: unknown) => void) {
  const atWork = new Set<Promise<void>>();
  let isStopped = false;
  function tick() {
    if (isStopped || atWork.size >= MOST_AT_ONCE) return;
    const done = work().then((count) => {
      if (count > 0) tick();
    }, failed);
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
