import { Redis } from 'ioredis';
import type { Logger } from './log.ts';
import { createOutage } from './outage.ts';

/** Counting waits no longer: whoever asks is answered from memory. */
const ANSWER_MS = 200;
const CONNECT_MS = 1_000;

/**
 * Connects to Redis and stays so. An aid and never a gate: away or silent, it refuses what it is asked at once, and a
 * connection that does not answer is made anew.
 */
export async function connectRedis(url: string, logger: Logger | undefined): Promise<Redis> {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
  });
  const outage = createOutage(logger, {
    began: 'Redis is away: limits are counted by this server alone.',
    ended: 'Redis is back.',
  });
  redis.on('error', outage.failed);
  redis.on('ready', outage.worked);
  await redis.connect().catch(() => undefined);
  return redis;
}

/** How Redis is, as health tells it. */
export type RedisState = () => 'ok' | 'down';

/** Whoever asks is told how it is then. */
export const stateOf =
  (redis: Redis): RedisState =>
  () =>
    redis.status === 'ready' ? 'ok' : 'down';
