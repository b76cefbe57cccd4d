import { LRUCache } from 'lru-cache';
import { merged } from '../../language/variables.ts';
import type { Session } from '../../session/session.ts';
import type { Commit } from '../../store.ts';

/** Of their JSON, in characters. */
const MOST = 32_000_000;
/** A client that repeats a message does so soon. */
const MESSAGES = 8;

interface Kept {
  json: string;
  messageIds: readonly string[];
}

/** The sessions this process committed last, as JSON: what is given out is nobody else's. */
export function createRecall() {
  const kept = new LRUCache<string, Kept>({ maxSize: MOST, sizeCalculation: ({ json }) => json.length });

  return {
    keep({ session, messageId }: Commit): void {
      const { id, status } = session;
      if (status !== 'waiting') return void kept.delete(id);
      const known = kept.get(id)?.messageIds ?? [];
      const messageIds = messageId === null ? known : [...known, messageId].slice(-MESSAGES);
      kept.set(id, { json: JSON.stringify(session), messageIds });
    },
    recall(id: string, messageId: string | null): Session | null {
      const found = kept.get(id);
      if (!found || (messageId !== null && found.messageIds.includes(messageId))) return null;
      const session = JSON.parse(found.json) as Session;
      session.variables = merged(session.variables);
      return session;
    },
    forget(id: string): void {
      kept.delete(id);
    },
  };
}
