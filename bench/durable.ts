import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openEmbedded } from '../packages/core/src/adapters/embedded/embedded.ts';
import { createPrismaStore } from '../packages/core/src/adapters/store/prisma-store.ts';
import { migrate } from '../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../packages/core/src/adapters/postgres.ts';
import type { Database } from '../packages/core/src/adapters/database.ts';
import { migrations } from '../packages/core/src/generated/migrations.ts';
import { freshDatabase } from '../chaos/fresh-database.mjs';
import { appOn } from './app.ts';
import { compare, printTable } from './measure.ts';
import { rawTurn } from './raw-turn.ts';
import { tenNodes } from './ten-nodes.ts';

const SIZES = [1, 16, 64, 1_000];

/** Turns of the whole engine, through the door, against one raw prepared statement a turn that writes the same rows. */
async function measure(database: Database): Promise<void> {
  await migrate(database.pool, migrations);
  const store = createPrismaStore(database);
  await store.users.ensureLocal('local');
  const app = appOn(store);
  const api = app.as({ role: 'user', userId: 'local' });
  const { id: workflowId } = await api.workflows.create(tenNodes);
  const start = async () => (await api.sessions.start({ workflowId })).session.id;
  const sessions = await Promise.all(Array.from({ length: Math.max(...SIZES) }, start));
  const others = await Promise.all(Array.from({ length: Math.max(...SIZES) }, start));
  for (const size of SIZES) {
    const turns = size >= 64 ? 2 : 10;
    const all = async (chosen: readonly string[], turn: (id: string) => Promise<unknown>) => {
      await Promise.all(
        chosen.slice(0, size).map(async (id) => {
          for (let at = 0; at < turns; at++) await turn(id);
        }),
      );
      return size * turns;
    };
    const ours = () => all(sessions, (id) => api.sessions.send({ id, message: 'again' }));
    const rates = await compare(
      {
        'CRMFlow turn': ours,
        'raw statement a turn': () => all(others, (id) => rawTurn(database.pool, id)),
      },
      { rounds: 7, roundMs: 500 },
    );
    printTable(
      `Committed turns a second, ${database.kind}, ${size} sessions at once`,
      rates,
      'raw statement a turn',
    );
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    for (const from = performance.now(); performance.now() - from < 1_500;) await ours();
    lag.disable();
    console.log(`  event-loop delay p99 ${(lag.percentile(99) / 1e6).toFixed(1)} ms`);
  }
  await store.close();
}

const folder = mkdtempSync(join(tmpdir(), 'crmflow-bench-'));
const embedded = await openEmbedded({ dataDir: folder });
await measure(embedded);
await embedded.close();
rmSync(folder, { recursive: true, force: true });

const home = await freshDatabase();
const postgres = await openPostgres({ url: home.store.databaseUrl });
await measure(postgres);
await postgres.close();
await home.remove();
