import type { HandoverEvent, WatchHandovers } from '../contract/handovers.ts';
import type { Session } from '../session/session.ts';
import { createHandoverNews, type Needs } from './handover-news.ts';

/** Something happened in a session that was handed over; null when anything may have. */
type Look = (sessionId: string | null) => void;
/** Hears of what this process has stored. */
export type HandoverListener = (userId: string, sessionId: string) => void;

/**
 * Tells owners who watch of their sessions that wait for a person. What is passed on is only where to look: what is told is
 * read from the store, and compared with what the watcher knows. A note that comes twice, late or not at all does no harm.
 */
export function createHandovers(needs: Needs) {
  const { waiting, news } = createHandoverNews(needs);
  const listeners = new Set<HandoverListener>();
  const watchers = new Map<string, Set<Look>>();
  const relay = (userId: string, sessionId: string) =>
    watchers.get(userId)?.forEach((look) => look(sessionId));

  function join(userId: string, look: Look): () => void {
    const all = watchers.get(userId) ?? new Set();
    watchers.set(userId, all.add(look));
    return () => {
      all.delete(look);
      if (!all.size && watchers.get(userId) === all) watchers.delete(userId);
    };
  }

  /** What an owner hears, until the signal aborts: then it throws the signal's reason. */
  async function* watch(
    userId: string,
    { known: given = {}, signal }: WatchHandovers,
  ): AsyncGenerator<HandoverEvent> {
    const known = new Map(Object.entries(given));
    const due = new Set<string>();
    let isStale = true;
    let wake = () => {};
    const leave = join(userId, (id) => {
      if (id === null) isStale = true;
      else due.add(id);
      wake();
    });
    const wakeUp = () => wake();
    signal?.addEventListener('abort', wakeUp);
    try {
      for (;;) {
        signal?.throwIfAborted();
        if (isStale) {
          isStale = false;
          for await (const id of waiting(userId)) due.add(id);
          for (const id of known.keys()) due.add(id);
        }
        for (const id of due) {
          due.delete(id);
          for await (const event of news(userId, id, known)) {
            signal?.throwIfAborted();
            yield event;
          }
        }
        if (!due.size && !isStale && !signal?.aborted) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', wakeUp);
      leave();
    }
  }

  return {
    /** This process has stored something of a session that waits for a person, or did. */
    tell({ userId, id }: Session): void {
      if (userId === null) return;
      relay(userId, id);
      for (const listener of listeners) listener(userId, id);
    },
    /** Another process has. */
    relay,
    /** After a time in which something may have been missed. */
    refresh(): void {
      for (const all of watchers.values()) for (const look of all) look(null);
    },
    /** Gives how to stop hearing. */
    hear(listener: HandoverListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watch,
  };
}
