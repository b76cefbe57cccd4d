import { memoryOf } from '../memory.ts';
import { shaped } from './shaped.ts';

/** Up to which event a conversation was seen, by its id. */
type Seen = Record<string, number>;

export const seenInTab = () =>
  shaped(memoryOf<Seen>('inbox:seen'), (kept) => Object.values(kept).every((seq) => typeof seq === 'number'));

/** What was looked at in this tab, also before a reload. */
export function createSeen() {
  const memory = seenInTab();
  const seen: Seen = { ...memory.kept() };
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
