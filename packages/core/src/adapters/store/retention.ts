import type { Aging, LogRow, Looked, Store } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Ask } from './ask.ts';

interface Needs {
  ask: Ask;
  database: Pick<Database, 'pool' | 'kind'>;
  /** Hears which sessions are gone. */
  forget(sessionIds: readonly string[]): void;
}

/** So many rows are looked at by one statement: all of a table pass by in time, and no statement takes long. */
const LOOKED_AT = 1_000;
/** A session takes its messages, events and files along. */
const SESSIONS_AT_ONCE = 20;
const ROWS_AT_ONCE = 500;

export function createRetention({ ask, database, forget }: Needs): Store['retention'] {
  return {
    async look(kind, before, after) {
      const rows = await ask<{ id: string; isOld: boolean }>(LOOK[kind], [after ?? '', LOOKED_AT, before]);
      const ids = rows.filter(({ isOld }) => isOld).map(({ id }) => id);
      return { ids, after: rows.length < LOOKED_AT ? null : rows.at(-1)!.id } satisfies Looked;
    },
    async remove(kind, ids) {
      const atOnce = kind === 'ended' ? SESSIONS_AT_ONCE : ROWS_AT_ONCE;
      let count = 0;
      for (let from = 0; from < ids.length; from += atOnce) {
        const gone = await ask<{ id: string }>(REMOVE[kind], [ids.slice(from, from + atOnce)]);
        count += gone.length;
        if (kind === 'ended') forget(gone.map(({ id }) => id));
      }
      return count;
    },
    alone: (work) => (database.kind === 'embedded' ? work() : aloneOn(database.pool, work)),
    async logsOf(sessionId) {
      const rows = await ask<Omit<LogRow, 'createdAt'> & { createdAt: Date }>(LOGS_OF, [sessionId]);
      return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
    },
  };
}

/** The lock goes with its transaction, and so with a server that dies. */
async function aloneOn(pool: Database['pool'], work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ isMine: boolean }>(LOCK);
    if (rows[0]!.isMine) await work();
    await client.query('COMMIT');
    client.release();
  } catch (cause) {
    client.release(true);
    throw cause;
  }
}
/** A number of our own, for each schema. */
const LOCK = `SELECT pg_try_advisory_xact_lock(1129466706, hashtext(current_schema())) AS "isMine"`;

const ENDED = `status IN ('finished', 'failed')`;
const look = (name: string, table: string, isOld: string) => ({
  name: `look-at-${name}`,
  text: `SELECT id, ${isOld} AS "isOld" FROM "${table}" WHERE id > $1 ORDER BY id LIMIT $2`,
});
const LOOK: Record<Aging, ReturnType<typeof look>> = {
  ended: look('ended', 'Session', `(${ENDED} AND "updatedAt" < $3)`),
  left: look(
    'left',
    'Session',
    `(status = 'waiting' AND "waitFor" = 'message' AND "dueAt" IS NULL AND "starterId" IS NULL AND "updatedAt" < $3)`,
  ),
  logs: look('logs', 'ExecutionLog', '("createdAt" < $3)'),
  modelCalls: look('model-calls', 'ModelCall', '("createdAt" < $3)'),
};
const remove = (name: string, table: string, only = '') => ({
  name: `age-${name}`,
  text: `DELETE FROM "${table}" WHERE id = ANY($1::text[]) ${only} RETURNING id`,
});
const REMOVE = {
  ended: remove('ended', 'Session', `AND ${ENDED}`),
  logs: remove('logs', 'ExecutionLog'),
  modelCalls: remove('model-calls', 'ModelCall'),
};

const LOGS_OF = {
  name: 'logs-of-session',
  text: `SELECT id, "eventType", "nodeId", "nodeType", data, "sessionId", "workflowId", "createdAt"
FROM "ExecutionLog" WHERE "sessionId" = $1 ORDER BY "createdAt", id`,
};
