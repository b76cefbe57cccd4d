import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Database } from '../packages/core/src/adapters/database.ts';
import { openEmbedded } from '../packages/core/src/adapters/embedded/embedded.ts';
import { compare, median, printTable } from './measure.ts';

// What waiting for the disk costs the embedded database, and whether it ever holds up the main thread.

const folder = mkdtempSync(join(tmpdir(), 'crmflow-bench-'));
const EVENT = JSON.stringify({ said: 'x'.repeat(200) });

async function openWith(syncs: boolean): Promise<Database> {
  const database = await openEmbedded({ dataDir: join(folder, `${syncs}`), syncs });
  await database.pool.query('CREATE TABLE event (id bigserial PRIMARY KEY, session text, data jsonb)');
  return database;
}

/** Commits `rows` rows in one statement. */
const commit =
  ({ pool }: Database, rows: number) =>
  async () => {
    await pool.query({
      name: 'events',
      text: 'INSERT INTO event (session, data) SELECT * FROM unnest($1::text[], $2::jsonb[])',
      values: [Array<string>(rows).fill('session'), Array<string>(rows).fill(EVENT)],
    });
    return rows;
  };

async function openingTimes(): Promise<{ anew: number; again: number }> {
  const timeOf = async (dataDir: string) => {
    const from = performance.now();
    const database = await openEmbedded({ dataDir });
    await database.pool.query('SELECT 1');
    const spent = performance.now() - from;
    await database.close();
    return spent;
  };
  const anew: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < 7; round++) {
    anew.push(await timeOf(join(folder, `opened-${round}`)));
    again.push(await timeOf(join(folder, `opened-${round}`)));
  }
  return { anew: median(anew), again: median(again) };
}

try {
  const { anew, again } = await openingTimes();
  console.log(
    `Opening to the first answer: a new folder ${anew.toFixed(0)} ms, again ${again.toFixed(0)} ms`,
  );
  const [waits, leaves] = [await openWith(true), await openWith(false)];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (const rows of [1, 16, 64]) {
    const rates = await compare({
      'waits for the disk': commit(waits, rows),
      'leaves it to the system': commit(leaves, rows),
    });
    printTable(`Rows committed a second, ${rows} at a time`, rates, 'leaves it to the system');
  }
  console.log(
    `\nMain thread held up meanwhile: p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, at most ${(delay.max / 1e6).toFixed(1)} ms`,
  );
  await Promise.all([waits.close(), leaves.close()]);
} finally {
  rmSync(folder, { recursive: true });
}
