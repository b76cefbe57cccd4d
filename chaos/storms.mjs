import { setTimeout as sleep } from 'node:timers/promises';
import { FAULTS, misbehaving, strikeAll } from './faults.mjs';
import { startAround } from './kit/around.mjs';
import { startBalancer } from './kit/balancer.mjs';
import { startPostgres } from './kit/postgres.mjs';
import { startRedis } from './kit/redis.mjs';
import { startServer } from './kit/server.mjs';
import { undisturbed, verify } from './kit/verify.mjs';
import { talkBySdk, talkBySocket } from './kit/visitors.mjs';
import { answersFor, prepare } from './kit/workflows.mjs';
import { seeded } from './seeded.mjs';

/** Longer than a lease, a provider that is given up, and a queue of both. */
const PATIENCE_MS = 300_000;
/** One of so many visitors must have been acknowledged between two kills. */
const ENOUGH_SHARE = 2;
/** How long a short run is disturbed at most: then comes a lease. Everything happens sooner in it. */
const SHORT_MS = 40_000;
const SHORT_PACE = 0.2;
const SHORT_AT_ONCE = 40;
/** Of a machine with nothing else to do: how long a server takes to start, and a visitor to come in. */
const USUAL_START_MS = 1_500;
const COME_IN_MS = 10;

/** Many visitors at once, while everything in `faults` happens again and again. */
const storm = ({ faults, misbehaves = false, ...row }) => ({
  isLarge: true,
  ...row,
  async run({ seed, isShort, sessions: asked, note }) {
    const sessions = asked ?? (isShort ? row.short : row.sessions);
    const atOnce = Math.min(sessions, isShort ? SHORT_AT_ONCE : row.atOnce);
    const random = seeded(seed);
    const around = await build();
    const { provider, balancer } = around;
    if (misbehaves) provider.behave = misbehaving(random, { isShort });
    const acknowledged = { count: 0 };
    const striking = strikeAll(
      {
        ...around,
        pace: isShort ? around.pace * SHORT_PACE : around.pace,
        random,
        acknowledged: () => acknowledged.count,
        enough: Math.ceil(atOnce / ENOUGH_SHARE),
      },
      faults,
    );
    if (isShort)
      setTimeout(() => void striking.stop().catch(() => undefined), SHORT_MS * around.pace).unref();
    const from = performance.now();
    const records = await talkAll(around, {
      sessions,
      atOnce,
      striking,
      note,
      acknowledged,
    });
    await striking.stop();
    const seconds = Math.round((performance.now() - from) / 1_000);
    provider.behave = () => 'good';
    const breaches = await verify({ records, ...around });
    const untried = Object.keys(striking.struck).filter((name) => striking.struck[name] === 0);
    balancer.close();
    await around.close();
    const struck = Object.entries(striking.struck).map(([name, times]) => `${name} ${times} ×`);
    return {
      observed: `${records.length} sessions in ${seconds} s, ${atOnce} at a time. ${struck.join(', ')}. ${tally(breaches)}`,
      breaches: [...breaches.map(String), ...untried.map((name) => `not tried: ${name}`)],
    };
  },
});

export const STORMS = [
  storm({
    name: 'main',
    title: 'two servers on one PostgreSQL and one Redis, everything at once',
    faults: Object.keys(FAULTS),
    misbehaves: true,
    sessions: 5_000,
    atOnce: 500,
    short: 80,
    isInShort: true,
  }),
  storm({
    name: 'postgres-restarts',
    title: 'PostgreSQL restarted (-m immediate) under 500 sessions',
    faults: ['PostgreSQL restarted'],
    sessions: 1_000,
    atOnce: 500,
    short: 100,
  }),
  storm({
    name: 'redis',
    title: 'Redis away, back, and emptied',
    faults: ['Redis killed', 'Redis emptied'],
    sessions: 500,
    atOnce: 200,
    short: 100,
  }),
];

/** What can be broken, in words. */
const KINDS = {
  lost: 'acknowledged and lost',
  twice: 'processed twice',
  gap: 'gaps in seq',
  stuck: 'stuck',
  outside: 'outside calls with another key',
  people: 'people written to twice',
  other: 'unlike an undisturbed run',
};
const tally = (breaches) =>
  Object.entries(KINDS)
    .map(([kind, words]) => `${breaches.filter(([found]) => found === kind).length} ${words}`)
    .join(', ');

/** Two servers with all they stand on, visitors' workflows, and what they say with nobody in the way. */
async function build() {
  const [postgres, redis, { env, closeAround, ...around }] = await Promise.all([
    startPostgres(),
    startRedis(),
    startAround(),
  ]);
  const databaseUrl = await postgres.database();
  const given = {
    preload: ['twilio'],
    env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, ...env },
  };
  const servers = [await startServer(given), await startServer(given)];
  const from = performance.now();
  for (const server of servers) await server.begin();
  const pace = Math.max(1, (performance.now() - from) / servers.length / USUAL_START_MS);
  const balancer = await startBalancer(servers);
  const { scripts } = await prepare(balancer.url, around.receiver.host);
  const talk = (visitor, script, gotOn = () => undefined) => {
    const { workflowId } = script;
    const by = visitor % 2 ? talkBySdk : talkBySocket;
    const answers = answersFor(script, visitor);
    return by({
      url: balancer.url,
      workflowId,
      answers,
      visitor,
      pace,
      gotOn,
      patienceMs: Math.round(pace * PATIENCE_MS),
    });
  };
  const expected = await undisturbed({ scripts, talk, databaseUrl, ...around });
  async function close() {
    await Promise.all(servers.map((server) => server.kill()));
    await Promise.all([postgres.close(), redis.kill()]);
    closeAround();
  }
  return {
    postgres,
    redis,
    ...around,
    databaseUrl,
    servers,
    pace,
    balancer,
    scripts,
    talk,
    expected,
    close,
  };
}

/** Lets so many sessions be held, so many at once. */
async function talkAll({ scripts, talk, pace }, { sessions, atOnce, striking, note, acknowledged }) {
  /** Half of them reach outside; both kinds of visitors hold every kind of conversation. */
  const scriptOf = (pair) => scripts[pair % 2 ? 1 + ((pair >> 1) % (scripts.length - 1)) : 0];
  const records = [];
  let next = 0;
  const seats = Array.from({ length: atOnce }, async (_, seat) => {
    // They come in one after the other, as fast as they can be served.
    await sleep(seat * COME_IN_MS * pace);
    // Visitors come until everything has happened once.
    while (next < sessions || striking.missing().length > 0) {
      const visitor = next++;
      const script = scriptOf(visitor >> 1);
      const told = await talk(visitor, script, () => acknowledged.count++).catch((cause) => ({
        faults: [`stuck: ${cause.message}`],
      }));
      records.push({ visitor, script, told });
      if (records.length % Math.ceil(sessions / 10) === 0) note(`${records.length} of ${sessions} sessions`);
    }
  });
  // Faults go on until they are stopped; when one cannot be done, the run proves nothing.
  await Promise.race([Promise.all(seats), striking.failed.then(() => Promise.all(seats))]);
  return records;
}
