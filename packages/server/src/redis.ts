import { Redis } from 'ioredis';
import { CrmflowError } from '@crmflow/core/contract';
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
  await mustBeLetIn(redis, url);
  // It was away, or slow, when it was first asked.
  redis.on('ready', () => void mustBeLetIn(redis, url).catch(outage.failed));
  return redis;
}

/**
 * A Redis that is away comes back; one that lets nobody in, or has no such database, has been named wrongly. The client itself
 * would go on in database 0, among what is of others.
 */
async function mustBeLetIn(redis: Redis, url: string): Promise<void> {
  try {
    await redis.select(redis.options.db ?? 0);
  } catch (cause) {
    const { name, message } = cause as Error;
    if (name !== 'ReplyError' || !REFUSED.test(message)) return;
    redis.disconnect();
    const { host } = new URL(url);
    throw new CrmflowError(
      'invalid_input',
      `REDIS_URL: the Redis at ${host} says ${message}. Correct its user, password or database.`,
    );
  }
}
/** As Redis says it, and not that it is still loading, or busy. */
const REFUSED = /^(NOAUTH|WRONGPASS|NOPERM|ERR (DB index|invalid DB|invalid password|AUTH|Client sent AUTH))/;

/** How Redis is, as health tells it. */
export type RedisState = () => 'ok' | 'down';

/** Whoever asks is told how it is then. */
export const stateOf =
  (redis: Redis): RedisState =>
  () =>
    redis.status === 'ready' ? 'ok' : 'down';
