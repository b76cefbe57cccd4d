import type { Memory } from '../memory.ts';

/** Up to which event a conversation was seen, by its id. */
export type Seen = Record<string, number>;

/** What was looked at in this tab, also before a reload. */
export function createSeen(memory: Memory<Seen>) {
  const seen: Seen = memory.kept() ?? {};
  return {
    /** The number of the last event that was seen; 0 of what nobody has looked at. */
    until: (sessionId: string): number => seen[sessionId] ?? 0,
    see(sessionId: string, seq: number): void {
      if (seq <= (seen[sessionId] ?? 0)) return;
      seen[sessionId] = seq;
      memory.keep(seen);
    },
    drop(sessionId: string): void {
      delete seen[sessionId];
      memory.keep(seen);
    },
  };
}
