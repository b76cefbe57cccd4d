import { freshDatabase } from '../chaos/fresh-database.mjs';
import { median } from './measure.ts';
import { installPeers } from './peers/install.mjs';
import {
  ask,
  at,
  connect,
  inFifties,
  start,
  startAll,
  stop,
  type Client,
  type Server,
} from './server/clients.ts';
import { compareMessages } from './server/live.ts';

const ROUNDS = 3;
const redisUrl = process.env.CRMFLOW_TEST_REDIS ?? 'redis://127.0.0.1:6379';

installPeers();
const home = await freshDatabase();
const { databaseUrl } = home.store;
const alone = await start('ours.mjs', databaseUrl);
const joined = [
  await start('ours.mjs', databaseUrl, redisUrl),
  await start('ours.mjs', databaseUrl, redisUrl),
];
const stream = `crmflow-bench-${process.pid}`;
const bare = [
  await start('../peers/sockets.mjs', redisUrl, stream, databaseUrl),
  await start('../peers/sockets.mjs', redisUrl, stream, databaseUrl),
];

await conversations();
for (const size of [200, 2_000]) await liveMessages(size);
for (const server of [alone, ...joined, ...bare]) await stop(server);
await home.remove();

/** Whole conversations, 64 at a time, as fast as they go: one server against two. */
async function conversations() {
  const contenders = { 'one server': [alone], 'two servers and Redis': joined };
  const found = new Map(Object.keys(contenders).map((name) => [name, [] as { rate: number; p99: number }[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, servers] of Object.entries(contenders)) found.get(name)!.push(await hold(servers));
  console.log('\nConversations of five messages, 64 at a time');
  const base = median(found.get('one server')!.map(({ rate }) => rate));
  for (const [name, rounds] of found) {
    const rate = median(rounds.map((each) => each.rate));
    const p99 = median(rounds.map((each) => each.p99));
    console.log(
      `  ${name.padEnd(24)} ${rate.toFixed(0).padStart(6)}/s   p99 of a message ${p99.toFixed(1)} ms   ${(rate / base).toFixed(2)} ×`,
    );
  }
}

async function hold(servers: readonly Server[]): Promise<{ rate: number; p99: number }> {
  const clients = await spread(64, servers);
  const took: number[] = [];
  let held = 0;
  const began = performance.now();
  const isOver = () => performance.now() - began > 5_000;
  await Promise.all(
    clients.map(async (client, which) => {
      const { id: workflowId } = servers[which % servers.length]!;
      while (!isOver()) {
        await ask(client.socket, 'session:start', { workflowId, mode: 'auto' });
        for (let n = 0; n < 5; n++) {
          const from = performance.now();
          await client.say('again');
          took.push(performance.now() - from);
        }
        await ask(client.socket, 'session:end', {});
        held += 1;
      }
    }),
  );
  const rate = (held / (performance.now() - began)) * 1_000;
  for (const { socket } of clients) socket.disconnect();
  return { rate, p99: at(took, 0.99) };
}

/** The time of a message that is stored, told here and to the other server, against what is told to both by hand. */
async function liveMessages(size: number) {
  const clients = [await spread(size, joined), await spread(size, bare)];
  await Promise.all([joined, bare].map((servers, which) => startSpread(clients[which]!, servers)));
  const title = `user:message at two servers with Redis, ${size} connected, 200 a second`;
  await compareMessages(title, clients[0]!, clients[1]!);
  for (const { socket } of clients.flat()) socket.disconnect();
}

function spread(count: number, servers: readonly Server[]): Promise<Client[]> {
  return inFifties(count, (which) => connect(servers[which % servers.length]!));
}

async function startSpread(clients: readonly Client[], servers: readonly Server[]) {
  for (const [which, server] of servers.entries())
    await startAll(
      clients.filter((_, n) => n % servers.length === which),
      server,
    );
}
