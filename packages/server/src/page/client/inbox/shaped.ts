import type { Memory } from '../memory.ts';

/** A memory for which what has another shape is nothing: others may have left it there. */
export const shaped = <T>(memory: Memory<T>, isOne: (kept: object) => boolean): Memory<T> => ({
  ...memory,
  kept() {
    const kept: unknown = memory.kept();
    return typeof kept === 'object' && kept !== null && isOne(kept) ? (kept as T) : null;
  },
});
