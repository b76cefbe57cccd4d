import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { freshDatabase } from '../chaos/fresh-database.mjs';
import { ask, at, connect, inFifties, start, startAll, stop, type Client } from './server/clients.ts';

// Many sessions are alive at one server while messages come in steadily and visitors come and go: is its memory flat?
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    sessions: { type: 'string', default: '2000' },
    perSecond: { type: 'string', default: '50' },
  },
});
const [minutes, sessions, perSecond] = [values.minutes, values.sessions, values.perSecond].map(Number) as [
  number,
  number,
  number,
];
/** What is compiled, cached and pooled once has settled by then. */
const SETTLED = 0.2;
const SAMPLES = 60;

const home = await freshDatabase();
const server = await start('ours.mjs', home.store.databaseUrl);
const clients: Client[] = await inFifties(sessions, () => connect(server));
await startAll(clients, server);
console.log(`${sessions} sessions, ${perSecond} messages a second, for ${minutes} minutes`);

const began = performance.now();
const until = began + minutes * 60_000;
const took: number[] = [];
const samples: Sample[] = [];
await Promise.all([talkOn(), comeAndGo(), look()]);
tell();
for (const { socket } of clients) socket.disconnect();
await stop(server);
await home.remove();

interface Sample {
  minute: number;
  /** In use after a collection, in bytes. */
  used: number;
  /** What the process has of the system, in bytes. */
  resident: number;
}

async function talkOn() {
  const open = new Set<Promise<void>>();
  for (let n = 0; performance.now() < until; n++) {
    const due = began + (n * 1_000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    const from = performance.now();
    const said = clients[n % sessions]!.say('again').then(() => void took.push(performance.now() - from));
    open.add(said);
    void said.finally(() => open.delete(said));
  }
  await Promise.all(open);
}

/** Once a second a visitor leaves without a word and another begins; every tenth ends the conversation first. */
async function comeAndGo() {
  for (let n = 0; performance.now() < until; n++) {
    await sleep(1_000);
    // Far from whoever is spoken with at the moment.
    const which = (Math.floor(((performance.now() - began) / 1_000) * perSecond) + sessions / 2) % sessions;
    const { socket } = clients[which]!;
    if (n % 10 === 0) await ask(socket, 'session:end', {});
    socket.disconnect();
    const next = await connect(server);
    await startAll([next], server);
    clients[which] = next;
  }
}

async function look() {
  for (let n = 0; n < SAMPLES && performance.now() < until; n++) {
    await sleep((minutes * 60_000) / SAMPLES);
    server.child.send('memory');
    const [{ used, resident }] = (await once(server.child, 'message')) as [Omit<Sample, 'minute'>];
    samples.push({ minute: (performance.now() - began) / 60_000, used, resident });
  }
}

function tell() {
  const settled = samples.slice(Math.floor(samples.length * SETTLED));
  const first = settled[0]!;
  for (const [name, of] of [
    ['in use after a collection', ({ used }: Sample) => used],
    ['resident', ({ resident }: Sample) => resident],
  ] as const) {
    const { slope, half } = trend(settled.map((sample) => [sample.minute, of(sample)]));
    console.log(
      `  ${name.padEnd(26)} ${mb(of(first))} MB to ${mb(of(settled.at(-1)!))} MB, slope ${kb(slope)} ± ${kb(half)} KB a minute`,
    );
  }
  console.log(
    `  ${took.length} messages, p50 ${at(took, 0.5).toFixed(1)} ms, p99 ${at(took, 0.99).toFixed(1)} ms`,
  );
}

/** The line through the points by least squares, with the half of its 95 % interval. */
function trend(points: readonly (readonly [number, number])[]): { slope: number; half: number } {
  const mean = (which: 0 | 1) => points.reduce((sum, point) => sum + point[which], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const slope = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
  const rest = points.reduce((sum, point) => sum + (point[1] - y - slope * (point[0] - x)) ** 2, 0);
  return { slope, half: 1.96 * Math.sqrt(rest / (points.length - 2) / spread) };
}

function mb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
function kb(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
