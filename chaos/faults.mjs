// What happens to whom in the main run, and how often: a row each. `strike` ends when what it broke is whole again.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {{ postgres: Awaited<ReturnType<typeof import('./kit/postgres.mjs').startPostgres>>,
 *   redis: Awaited<ReturnType<typeof import('./kit/redis.mjs').startRedis>>,
 *   servers: Awaited<ReturnType<typeof import('./kit/server.mjs').startServer>>[],
 *   balancer: { cut(): void }, random: () => number }} Around
 */

/** @type {Record<string, { everyMs: number, isFelling?: boolean, strike(around: Around): Promise<unknown> | void }>} */
export const FAULTS = {
  /** With kill -9, and started again. */
  'server killed': {
    everyMs: 5_000,
    isFelling: true,
    async strike({ servers, random }) {
      const server = servers[Math.floor(random() * servers.length)];
      await server.kill();
      await sleep(random() * 500);
      await server.beginAgain();
    },
  },
  /** With `-m immediate`. */
  'PostgreSQL restarted': {
    everyMs: 14_000,
    isFelling: true,
    strike: ({ postgres, random }) => postgres.restart(random() * 1_000),
  },
  /** With kill -9, and back after a while. */
  'Redis killed': {
    everyMs: 9_000,
    async strike({ redis, random }) {
      await redis.kill();
      await sleep(random() * 2_000);
      await redis.back();
    },
  },
  /** With FLUSHALL. */
  'Redis emptied': {
    everyMs: 6_000,
    strike: ({ redis }) => redis.flush().catch(() => undefined),
  },
  'all lines cut': { everyMs: 15_000, strike: ({ balancer }) => balancer.cut() },
};

/** How the provider answers: the first that is drawn, else well. */
const MISBEHAVING = [
  ['429 with Retry-After', 0.04],
  ['429 without Retry-After', 0.04],
  ['500 with a page', 0.04],
  ['401', 0.03],
  ['reset', 0.04],
  ['clean cut', 0.04],
];
/** These take half a minute to be given up. */
const SLOW = [
  ['60 s to the first byte', 0.003],
  ['1 byte a second', 0.003],
];

export function misbehaving(random, { isShort }) {
  const ways = isShort ? MISBEHAVING : [...MISBEHAVING, ...SLOW];
  return () => {
    let drawn = random();
    for (const [name, share] of ways) if ((drawn -= share) < 0) return name;
    return 'good';
  };
}

/**
 * Lets every fault strike again and again, each at its own times, until it is stopped; counts how often. `pace` is how many
 * times slower the machine is than one with nothing else to do. What fells a server or its database waits besides until the
 * visitors got somewhere since the last time: else a slow machine would do nothing but start.
 * @param {Around & { pace: number, acknowledged(): number, enough: number }} around `acknowledged` counts the visitors' answers that were; `enough` of them is somewhere
 */
export function strikeAll({ pace, acknowledged, enough, ...around }, names) {
  const struck = Object.fromEntries(names.map((name) => [name, 0]));
  const stop = new AbortController();
  const { signal } = stop;
  let last = 0;
  const pause = (ms) => sleep(ms, true, { signal }).catch(() => false);
  async function untilSomewhere() {
    while (!signal.aborted && acknowledged() < last + enough) await pause(200);
    last = acknowledged();
  }
  const going = names.map(async (name) => {
    const { everyMs, isFelling, strike } = FAULTS[name];
    while (await pause(pace * everyMs * (0.5 + around.random()))) {
      if (isFelling) await untilSomewhere();
      if (signal.aborted) return;
      await strike(around);
      struck[name] += 1;
    }
  });
  // Without its faults the run proves nothing: whoever waits for it hears of the failure.
  const failed = Promise.all(going);
  failed.catch(() => undefined);
  return {
    struck,
    failed,
    /** What has not happened yet, unless nothing more is to happen. */
    missing: () => (signal.aborted ? [] : names.filter((name) => struck[name] === 0)),
    async stop() {
      stop.abort();
      await failed;
    },
  };
}
