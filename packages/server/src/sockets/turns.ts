/** Lets what waits for the same thing happen one after the other, in the order it came. */
export function createTurns() {
  const tails = new Map<string, Promise<unknown>>();
  const nothing = Promise.resolve();

  return {
    async take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
      const before = keys.map((key) => tails.get(key) ?? nothing);
      const mine = Promise.all(before).then(work);
      const tail = mine.catch(() => undefined);
      for (const key of keys) tails.set(key, tail);
      try {
        return await mine;
      } finally {
        for (const key of keys) if (tails.get(key) === tail) tails.delete(key);
      }
    },
    /** Resolves when all that came before has had its turn. */
    over: async (key: string): Promise<void> => void (await tails.get(key)),
  };
}
