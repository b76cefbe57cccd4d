import type { Database } from '../database.ts';

/** What was said, by whom, and what was answered about it. */
const TABLES = ['Contact', 'Session', 'Message', 'Event', 'File', 'Reply', 'Sending', 'Thread', 'Delivery'];
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
    return pool.query(statement);
  };
  for (const table of TABLES) await run(`VACUUM (FULL) "${table}"`);
  await run('SELECT pg_switch_wal()');
  await run('CHECKPOINT');
}
