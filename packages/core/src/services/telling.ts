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

interface Needs {
  store: Pick<Store, 'sessions' | 'events'>;
  /** Hears of a listener that failed: what it was told is stored, and the others are told all the same. */
  report(cause: unknown, sessionId: string): void;
}

/** Tells whoever hears in this process: all sessions, or one. */
export function createTelling({ store, report }: Needs) {
  const listeners = new Set<Listener>();
  const bySession = new Map<string, Set<Hear>>();

  function guarded(sessionId: string, work: () => void): void {
    try {
      work();
    } catch (cause) {
      report(cause, sessionId);
    }
  }
  function tellHearers(sessionId: string, events: readonly SessionEvent[]): void {
    for (const hear of bySession.get(sessionId) ?? []) guarded(sessionId, () => hear(events));
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
      const hearers = bySession.get(sessionId) ?? new Set();
      bySession.set(sessionId, hearers.add(hear));
      return () => {
        hearers.delete(hear);
        if (!hearers.size && bySession.get(sessionId) === hearers) bySession.delete(sessionId);
      };
    },
    /** Tells what another process has stored to those who hear it here. */
    async relay({ sessionId, from, to }: ToldElsewhere): Promise<void> {
      if (!bySession.has(sessionId)) return;
      tellHearers(sessionId, await store.events(sessionId, from - 1, to - from + 1));
    },
    /**
     * After a time in which something may have been missed: tells the last event of these sessions, or of every session that
     * is heard here. Whoever misses those before sees the gap.
     */
    async refresh(sessionIds: readonly string[] = [...bySession.keys()]): Promise<void> {
      const refreshed = sessionIds.map(async (sessionId) => {
        if (!bySession.has(sessionId)) return;
        const session = await store.sessions.get(sessionId);
        if (session) tellHearers(sessionId, await store.events(sessionId, session.seq - 1, 1));
      });
      await Promise.all(refreshed);
    },
  };
}
