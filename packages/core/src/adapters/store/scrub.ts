import type { Database } from '../database.ts';

/** People, what they were sent, and all that belongs to a person or to a conversation: what was said, and what was answered about it. */
const TABLES = `SELECT '"Contact"' AS name UNION SELECT '"Sending"' UNION
SELECT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confrelid IN ('"Contact"'::regclass, '"Session"'::regclass)`;
const LONGEST_MS = 600_000;

/**
 * Rows that are deleted stay in the files of a database until something else is written over them. Those of the embedded
 * one are ours: the tables are written anew without them, and the log of writes begins anew behind them. A server of
 * PostgreSQL serves others as well: there its own vacuum and its own log go on as its operator has set them.
 */
export async function scrub({ pool, kind }: Pick<Database, 'pool' | 'kind'>): Promise<void> {
  if (kind !== 'embedded') return;
  const run = (text: string) => {
    // The driver takes the time of a single statement, which its types do not say.
    const statement = { text, query_timeout: LONGEST_MS };
    return pool.query<{ name: string }>(statement);
  };
  for (const { name } of (await run(TABLES)).rows) await run(`VACUUM (FULL) ${name}`);
  await run('SELECT pg_switch_wal()');
  await run('CHECKPOINT');
}
