import type { Session, SessionEvent } from '../session/session.ts';
import type { Store } from '../store.ts';

/** Hears what a session told, after it was stored. */
export type Listener = (sessionId: string, events: readonly SessionEvent[]) => void;
type Hear = (events: readonly SessionEvent[]) => void;

/** What another process stored: the numbers of its first and last event. */
export interface ToldElsewhere {
  sessionId: string;
  from: number;
  to: number;
}

/** Who hears a session here, and the number of the last event they were told. */
interface Heard {
  hearers: Set<Hear>;
  last: number;
}
interface Needs {
  store: Pick<Store, 'sessions' | 'events'>;
  /** Hears of a listener that failed: what it was told is stored, and the others are told all the same. */
  report(cause: unknown, sessionId: string): void;
}

/** Tells whoever hears in this process: all sessions, or one. */
export function createTelling({ store, report }: Needs) {
  const listeners = new Set<Listener>();
  const bySession = new Map<string, Heard>();

  function guarded(sessionId: string, work: () => void): void {
    try {
      work();
    } catch (cause) {
      report(cause, sessionId);
    }
  }
  function tellHearers(sessionId: string, events: readonly SessionEvent[]): void {
    const heard = bySession.get(sessionId);
    if (!heard) return;
    heard.last = Math.max(heard.last, events.at(-1)?.seq ?? 0);
    for (const hear of heard.hearers) guarded(sessionId, () => hear(events));
  }

  return {
    /** After this process has stored them. */
    tell({ id: sessionId }: Pick<Session, 'id'>, events: readonly SessionEvent[]): void {
      for (const listener of listeners) guarded(sessionId, () => listener(sessionId, events));
      tellHearers(sessionId, events);
    },
    /** Hears every session of this process; gives how to stop hearing. */
    subscribe(listener: Listener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Hears one session, wherever it is at work; gives how to stop hearing. */
    watch(sessionId: string, hear: Hear): () => void {
      const heard = bySession.get(sessionId) ?? { hearers: new Set(), last: 0 };
      heard.hearers.add(hear);
      bySession.set(sessionId, heard);
      return () => {
        heard.hearers.delete(hear);
        if (!heard.hearers.size && bySession.get(sessionId) === heard) bySession.delete(sessionId);
      };
    },
    /** Tells what another process has stored to those who hear it here. */
    async relay({ sessionId, from, to }: ToldElsewhere): Promise<void> {
      if (!bySession.has(sessionId)) return;
      tellHearers(sessionId, await store.events(sessionId, from - 1, to - from + 1));
    },
    /**
     * After a time in which something may have been missed: tells the last event of every session that is heard here and has
     * gone on. Whoever misses those before sees the gap.
     */
    async refresh(): Promise<void> {
      if (!bySession.size) return;
      const stand = await store.sessions.lastSeqs([...bySession.keys()]);
      const goneOn = [...stand].filter(([id, seq]) => seq > (bySession.get(id)?.last ?? seq));
      await Promise.all(goneOn.map(async ([id, seq]) => tellHearers(id, await store.events(id, seq - 1, 1))));
    },
  };
}
