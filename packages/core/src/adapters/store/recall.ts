import { LRUCache } from 'lru-cache';
import type { Session } from '../../session/session.ts';
import type { Commit } from '../../store.ts';

/** Of their JSON, in characters. */
const MOST = 8_000_000;
/** A client that repeats a message does so soon. */
const MESSAGES = 8;

interface Kept {
  session: Session;
  size: number;
  messageIds: readonly string[];
}

/** The sessions this process committed last: not copies, so nobody changes one that was committed. */
export function createRecall() {
  const kept = new LRUCache<string, Kept>({ maxSize: MOST, sizeCalculation: ({ size }) => size });

  return {
    keep({ session, messageId }: Commit, size: number): void {
      const { id, status } = session;
      if (status !== 'waiting') return void kept.delete(id);
      const known = kept.get(id)?.messageIds ?? [];
      const messageIds = messageId === null ? known : [...known, messageId].slice(-MESSAGES);
      kept.set(id, { session, size, messageIds });
    },
    recall(id: string, messageId: string | null): Session | null {
      const found = kept.get(id);
      return !found || (messageId !== null && found.messageIds.includes(messageId)) ? null : found.session;
    },
    forget(id: string): void {
      kept.delete(id);
    },
  };
}
