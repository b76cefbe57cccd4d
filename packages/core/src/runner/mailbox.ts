/** One turn at a time per key: two messages to one session never interleave. */
export function createMailbox() {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
      const before = tails.get(key);
      const mine = before ? before.then(work, work) : work();
      tails.set(key, mine);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === mine) tails.delete(key);
      }
    },
    /** Resolves when nothing is at work. */
    async rest(): Promise<void> {
      while (tails.size) await Promise.allSettled(tails.values());
    },
  };
}
