import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Logger } from '@crmflow/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLimits } from '../../packages/server/src/limits.ts';
import { begin } from './kit.ts';

/** Where Redis should be: somebody who takes every connection and never says a word. */
async function silentRedis() {
  const lines = new Set<Socket>();
  const server = createServer((line) => lines.add(line.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const line of lines) line.destroy();
    server.close();
  };
  onTestFinished(close);
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('a server whose Redis', () => {
  it.each(['is gone', 'never answers'])('%s starts, answers, counts by itself and says so', async (how) => {
    const redis = await silentRedis();
    if (how === 'is gone') redis.close();
    const warned: string[] = [];
    const logger: Logger = {
      info: () => undefined,
      warn: (_fields, sentence) => void warned.push(sentence),
      error: () => undefined,
    };
    const rates = { register: { points: 1, seconds: 60 } };
    const { guest } = await begin({ redisUrl: redis.url, rates, logger });
    const register = (name: string) =>
      guest('POST', '/auth/register', { email: `${name}@example.com`, password: 'correct horse battery' });
    expect((await register('ada')).status).toBe(201);
    expect((await register('bob')).status).toBe(429);
    expect(await guest('GET', '/health')).toMatchObject({
      status: 200,
      body: { status: 'ok', redis: 'down' },
    });
    expect((await guest('GET', '/health/ready')).status).toBe(200);
    expect(warned).toEqual(['Redis is away: limits are counted by this server alone.']);
  });
});

describe('limits in memory', () => {
  it('give back to an address what its right logins took', async () => {
    const limits = createLimits({ rates: { loginFrom: { points: 2, seconds: 60 } } });
    for (let n = 0; n < 5; n++)
      await limits.login({ account: `ada${n}@example.com`, address: '192.0.2.1' }, () => Promise.resolve());
  });
});
