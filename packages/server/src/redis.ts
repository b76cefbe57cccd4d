import { Redis } from 'ioredis';
import type { Logger } from './log.ts';

/** Connects to Redis and stays so; while it is away, what asks it is refused at once. */
export async function connectRedis(url: string, logger: Logger | undefined): Promise<Redis> {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true });
  let isAway = false;
  redis.on('error', (cause: Error) => {
    if (!isAway) logger?.warn({ err: cause }, 'Redis is away: limits are counted by this server alone.');
    isAway = true;
  });
  redis.on('ready', () => (isAway = false));
  await redis.connect().catch(() => undefined);
  return redis;
}
