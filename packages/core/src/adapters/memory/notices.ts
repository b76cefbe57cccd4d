import type { Notice } from '../../session/notices.ts';
import type { LogEntry } from '../../session/session.ts';
import type { Store, StoredNotice } from '../../store.ts';
import { copy } from './rows.ts';

type KeptNotice = StoredNotice & { dueAt: string };
interface Needs {
  isThere(sessionId: string): boolean;
  /** Adds a line to the log of a session's workflow. */
  log(sessionId: string, entry: LogEntry, at: string): void;
}

/** What owners are to be told of sessions that were handed over. */
export function memoryNotices({ isThere, log }: Needs): Store['notices'] & {
  note(sessionId: string, notices: readonly Notice[], dueAt: string): void;
} {
  let rows: KeptNotice[] = [];
  const isFirst = ({ sessionId, seq }: KeptNotice) =>
    !rows.some((other) => other.sessionId === sessionId && other.seq < seq);

  return {
    note(sessionId, notices, dueAt) {
      rows.push(...copy(notices).map((notice) => ({ ...notice, sessionId, attempts: 0, dueAt })));
    },
    async claim(now, limit, until) {
      rows = rows.filter(({ sessionId }) => isThere(sessionId));
      const due = rows.filter((row) => row.dueAt <= now && isFirst(row));
      const taken = due.sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1)).slice(0, limit);
      for (const row of taken) row.dueAt = until;
      return copy(taken.map(({ dueAt: _dueAt, ...row }) => row));
    },
    async remove({ sessionId, seq }, given) {
      const at = rows.findIndex((row) => row.sessionId === sessionId && row.seq === seq);
      if (at < 0) return;
      rows.splice(at, 1);
      if (given && isThere(sessionId)) log(sessionId, given.log, given.at);
    },
    async putOff({ sessionId, seq }, dueAt) {
      for (const row of rows)
        if (row.sessionId === sessionId)
          Object.assign(row, { dueAt, attempts: row.attempts + (row.seq === seq ? 1 : 0) });
    },
  };
}
