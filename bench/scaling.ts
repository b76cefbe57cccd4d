import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import pg from 'pg';
import { freshDatabase } from '../chaos/fresh-database.mjs';
import { seeded } from '../chaos/seeded.mjs';
import { simulate, type Times } from './scaling/queues.ts';
import { at, connect, inFifties, start, startAll, stop } from './server/clients.ts';

const CLIENTS = 64;
const SECONDS = 10;
/** Of a conversation, as a rule of thumb: what a lead qualification takes. */
const MESSAGES = 8;

const home = await freshDatabase();
const server = await start('ours.mjs', home.store.databaseUrl);
const database = new pg.Client(home.store.databaseUrl);
await database.connect();
const measured = await measure();
await database.end();
await stop(server);
await home.remove();
tell();

/** What a message takes of the server and of the database, with 64 visitors who answer at once. */
async function measure() {
  const clients = await inFifties(CLIENTS, () => connect(server));
  await startAll(clients, server);
  const talkFor = async (seconds: number) => {
    const until = performance.now() + seconds * 1_000;
    let said = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (; performance.now() < until; said++) await client.say('again');
      }),
    );
    return said;
  };
  await talkFor(2);
  await database.query('CHECKPOINT');
  const before = await state();
  const began = performance.now();
  const said = await talkFor(SECONDS);
  const rate = (said / (performance.now() - began)) * 1_000;
  const after = await state();
  const per = (which: keyof typeof before) => (after[which] - before[which]) / said;
  for (const { socket } of clients) socket.disconnect();
  const times: Times = { server: per('serverMs'), database: per('databaseMs'), disk: await diskMs() };
  return { rate, times, bytes: per('bytes'), commits: per('commits') };
}

async function state() {
  server.child.send('memory');
  const [{ cpuUs }] = (await once(server.child, 'message')) as [{ cpuUs: number }];
  const { rows } = await database.query<{ bytes: string; commits: string }>(
    'SELECT pg_database_size(current_database()) AS bytes, xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()',
  );
  return {
    serverMs: cpuUs / 1_000,
    databaseMs: databaseMs(),
    bytes: Number(rows[0]!.bytes),
    commits: Number(rows[0]!.commits),
  };
}

/** What all processes of PostgreSQL on this machine have computed, in milliseconds, as Linux counts it (proc(5), stat). */
function databaseMs(): number {
  const TICK_MS = 10;
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (!stat.includes('(postgres)')) continue;
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended since the list was made.
    }
  }
  return ticks * TICK_MS;
}

/** Median of one small commit that waits for the disk, less what one that does not takes. */
async function diskMs(): Promise<number> {
  const touch = async (isSafe: boolean) => {
    await database.query(`SET synchronous_commit = ${isSafe ? 'on' : 'off'}`);
    const took: number[] = [];
    for (let n = 0; n < 200; n++) {
      const from = performance.now();
      await database.query(`UPDATE "User" SET "updatedAt" = now()`);
      took.push(performance.now() - from);
    }
    return at(took, 0.5);
  };
  const quick = await touch(false);
  return Math.max(0, (await touch(true)) - quick);
}

function tell() {
  const { rate, times, bytes, commits } = measured;
  const ms = (value: number) => `${value.toFixed(3)} ms`;
  console.log('A message, as a server and its database on this machine take it, 64 visitors at once');
  console.log(`  the server's thread   ${ms(times.server)}`);
  console.log(`  a core of PostgreSQL  ${ms(times.database)}`);
  console.log(`  the disk              ${ms(times.disk)}`);
  console.log(`  messages a second     ${rate.toFixed(0)}, ${commits.toFixed(2)} commits a message`);
  console.log(`  kept in the database  ${(bytes / 1024).toFixed(1)} KB a message`);
  const conversations = 1_000_000;
  const hours = (ofMs: number) => (ofMs * MESSAGES * conversations) / 3_600_000;
  console.log(`\nA million conversations of ${MESSAGES} messages`);
  console.log(
    `  core hours            ${hours(times.server).toFixed(1)} of servers, ${hours(times.database).toFixed(1)} of PostgreSQL`,
  );
  console.log(`  kept                  ${((bytes * MESSAGES * conversations) / 2 ** 30).toFixed(0)} GB`);
  for (const cores of [4, 16]) simulated(times, cores);
}

function simulated(times: Times, cores: number) {
  const loads = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];
  console.log(
    `\nSimulated: p50 / p99 in ms, PostgreSQL with ${cores} cores, messages a second over all servers`,
  );
  console.log(`  servers ${loads.map((load) => String(load).padStart(13)).join('')}`);
  for (const servers of [1, 2, 4, 8, 16]) {
    const cells = loads.map((perSecond) => {
      const found = simulate(times, { servers, cores, perSecond }, seeded(1));
      return (found ? `${found.p50.toFixed(1)} / ${found.p99.toFixed(1)}` : '–').padStart(13);
    });
    console.log(`  ${String(servers).padEnd(8)}${cells.join('')}`);
  }
}
