import { once } from 'node:events';
import autocannon from 'autocannon';
import pg from 'pg';
import { freshDatabase } from '../chaos/fresh-database.mjs';
import { median } from './measure.ts';
import { connect, inFifties, start, startAll, stop, type Server } from './server/clients.ts';
import { compareMessages, inTurns } from './server/live.ts';

/** What is in use after a collection, in bytes; what a process has of the system tells more of what it needed before. */
async function memoryOf({ child }: Server): Promise<number> {
  child.send('memory');
  const [{ used }] = (await once(child, 'message')) as [{ used: number }];
  return used;
}

/** Requests a second for one workflow with its graph, logged in. */
async function readWorkflow(servers: readonly [Server, Server]) {
  const rates = await inTurns(servers, async ({ url, token, id }) => {
    const { requests, non2xx } = await autocannon({
      url: `${url}/api/workflows/${id}`,
      headers: { authorization: `Bearer ${token}` },
      connections: 20,
      duration: 3,
    });
    if (non2xx) throw new Error(`${non2xx} requests were refused.`);
    return requests.average;
  });
  const [ours, bare] = rates.map(median) as [number, number];
  console.log(
    `GET workflow: ${ours.toFixed(0)}/s, bare Express + pg + JWT ${bare.toFixed(0)}/s: ${(ours / bare).toFixed(2)} ×`,
  );
}

async function sockets(servers: readonly [Server, Server], databaseUrl: string) {
  for (const size of [1, 200, 2_000]) {
    const before = await Promise.all(servers.map(memoryOf));
    const clients = [
      await inFifties(size, () => connect(servers[0])),
      await inFifties(size, () => connect(servers[1])),
    ];
    if (size === 2_000) await idleMemory('connection', servers, before, size);
    await startAll(clients[0]!, servers[0]);
    if (size === 2_000) await idleMemory('connection with a session', servers, before, size);
    const title = `user:message, ${size} connected${size > 1 ? ', 200 a second' : ''}`;
    await compareMessages(title, clients[0]!, clients[1]!);
    if (size === 1) console.log(`  one committed statement: ${(await statement(databaseUrl)).toFixed(2)} ms`);
    for (const { socket } of clients.flat()) socket.disconnect();
  }
}

async function idleMemory(what: string, servers: readonly [Server, Server], before: number[], size: number) {
  const after = await Promise.all(servers.map(memoryOf));
  const [ours, bare] = after.map((bytes, which) => (bytes - before[which]!) / size) as [number, number];
  console.log(
    `memory per idle ${what}: ${(ours / 1024).toFixed(1)} KB, bare ${(bare / 1024).toFixed(1)} KB: ${(ours / bare).toFixed(2)} ×`,
  );
}

/** Median of one prepared, committed write, in milliseconds. */
async function statement(databaseUrl: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const took: number[] = [];
  for (let n = 0; n < 400; n++) {
    const from = performance.now();
    await client.query({
      name: 'touch',
      text: 'UPDATE "User" SET "updatedAt" = now() WHERE email LIKE \'bench%\'',
    });
    took.push(performance.now() - from);
  }
  await client.end();
  return median(took);
}

const home = await freshDatabase();
const { databaseUrl } = home.store;
const ours = await start('ours.mjs', databaseUrl);
const servers = [ours, await start('bare.mjs', databaseUrl)] as const;
await readWorkflow([...servers]);
await sockets([...servers], databaseUrl);
for (const server of servers) await stop(server);
await home.remove();
