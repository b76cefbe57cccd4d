import { CrmflowError } from '../../errors.ts';
import { canHear, isOpen, type LogEntry, type Session } from '../../session/session.ts';
import { unsentLog, type DeliveryRow, type Store, type ThreadKeys } from '../../store.ts';
import { copy } from './rows.ts';

interface KeptThread {
  /** Null once it is over. */
  keys: ThreadKeys | null;
  seq: number;
}
type KeptDelivery = DeliveryRow & { dueAt: string | null };
interface Needs {
  /** Where a session stands, null when it is gone. */
  standOf(sessionId: string): Pick<Session, 'seq' | 'status' | 'wait' | 'updatedAt'> | null;
  /** Whether a session has taken a message. */
  hasTaken(sessionId: string, messageId: string): boolean;
  /** Adds a line to the log of a session's workflow. */
  log(sessionId: string, entry: LogEntry, at: string): void;
}

/** Conversations by message or telephone, and what goes out of them by itself. */
export function memoryThreads({ standOf, hasTaken, log }: Needs): Pick<Store, 'threads' | 'deliveries'> & {
  /** Notes that a session has begun; refuses a key that another has. */
  beginThread(sessionId: string, keys: ThreadKeys): void;
} {
  const threads = new Map<string, KeptThread>();
  let rows: KeptDelivery[] = [];
  const isThere = (sessionId: string) => standOf(sessionId) !== null;
  const found = (key: string) =>
    [...threads].find(([id, kept]) => kept.keys?.key === key && isThere(id))?.[0];
  const of = (sessionId: string) =>
    isThere(sessionId)
      ? rows
          .filter((row) => row.sessionId === sessionId)
          .sort((one, other) => one.seq - other.seq || one.part - other.part)
      : [];

  return {
    beginThread(sessionId, keys) {
      if (found(keys.key) !== undefined)
        throw new CrmflowError('conflict', 'Another session is at this conversation.');
      threads.set(sessionId, { keys, seq: 0 });
    },
    threads: {
      async get(sessionId) {
        const kept = isThere(sessionId) ? threads.get(sessionId) : undefined;
        return kept ? { sessionId, seq: kept.seq } : null;
      },
      find: async (key) => found(key) ?? null,
      async hearing(line, messageId) {
        const onLine = [...threads].flatMap(([id, { keys }]) => {
          const stand = keys?.line === line ? standOf(id) : null;
          if (!stand || !isOpen(stand)) return [];
          const isKnown = messageId !== null && hasTaken(id, messageId);
          const isAtWork = stand.status === 'running' && !isKnown;
          return isKnown || canHear(stand) ? [{ sessionId: id, isKnown, isAtWork, at: stand.updatedAt }] : [];
        });
        onLine.sort(
          (a, b) =>
            Number(b.isKnown) - Number(a.isKnown) ||
            Number(a.isAtWork) - Number(b.isAtWork) ||
            (a.at > b.at ? -1 : 1),
        );
        const [first] = onLine;
        return first ? { sessionId: first.sessionId, isAtWork: first.isAtWork } : null;
      },
      async handOver({ sessionId, from, to, isOver, deliveries = [] }) {
        const kept = threads.get(sessionId);
        if (kept?.seq !== from || !isThere(sessionId)) return false;
        threads.set(sessionId, { seq: to, keys: isOver ? null : kept.keys });
        const row = { sessionId, attempts: 0, state: 'waiting', sid: null, reason: null, dueAt: '' } as const;
        rows.push(...copy(deliveries).map((delivery) => ({ ...delivery, ...row })));
        return true;
      },
      behind: async (before, limit) =>
        [...threads]
          .filter(([id, { keys, seq }]) => {
            const stand = standOf(id);
            return keys !== null && stand !== null && stand.seq > seq && stand.updatedAt <= before;
          })
          .map(([id]) => id)
          .slice(0, limit),
    },
    deliveries: {
      list: async (sessionId) => copy(of(sessionId).map(({ dueAt: _dueAt, ...row }) => row)),
      async next(sessionId, now, until) {
        const row = of(sessionId).find(({ state }) => state === 'waiting' || state === 'sending');
        if (row?.state !== 'waiting' || row.dueAt! > now) return null;
        Object.assign(row, { state: 'sending', dueAt: until });
        const { seq, part, content, attempts } = row;
        return copy({ sessionId, seq, part, content: content!, attempts });
      },
      async settle({ sessionId, seq, part }, settled, at) {
        const row = of(sessionId).find((each) => each.seq === seq && each.part === part);
        if (row?.state !== 'sending') return;
        const again = settled.state === 'waiting';
        Object.assign(
          row,
          { sid: null, reason: null, dueAt: null },
          settled,
          again ? { attempts: row.attempts + 1 } : { content: null },
        );
        if (settled.state === 'failed' || settled.state === 'unknown') log(sessionId, unsentLog(row), at);
      },
      async due(now, limit) {
        rows = rows.filter(({ sessionId }) => isThere(sessionId));
        const due = rows.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
        for (const row of due)
          if (row.state === 'sending') {
            Object.assign(row, { state: 'unknown', reason: 'crash', dueAt: null, content: null });
            log(row.sessionId, unsentLog(row), now);
          }
        const isOpen = ({ state }: KeptDelivery) => state === 'waiting' || state === 'sending';
        return due
          .filter((row) => row.state === 'waiting' && of(row.sessionId).find(isOpen) === row)
          .map(({ sessionId }) => sessionId)
          .slice(0, limit);
      },
    },
  };
}
