import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { testWorld } from '@crmflow/core/testing';
import { serve, type Logger } from '@crmflow/server';
import { expect, it, onTestFinished } from 'vitest';

const redisUrl = new URL(process.env.CRMFLOW_TEST_REDIS ?? 'redis://127.0.0.1:6379');

/** The line to a real Redis, which can fall silent. */
async function lineToRedis() {
  const lines = new Set<Socket>();
  let isSilent = false;
  const server = createServer((near) => {
    const far = connect(Number(redisUrl.port || 6379), redisUrl.hostname);
    for (const line of [near, far]) {
      lines.add(line.on('error', () => undefined));
      if (isSilent) line.pause();
    }
    near.on('data', (piece) => far.write(piece)).on('close', () => far.destroy());
    far.on('data', (piece) => near.write(piece)).on('close', () => near.destroy());
    if (isSilent) for (const line of [near, far]) line.pause();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const line of lines) line.destroy();
    server.close();
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence() {
      isSilent = true;
      for (const line of lines) line.pause();
    },
    speak() {
      isSilent = false;
      for (const line of lines) line.resume();
    },
  };
}

it('answers while Redis is silent, says so once, and counts with it again when it speaks', async () => {
  const redis = await lineToRedis();
  const noted: string[] = [];
  const note = (_fields: object, sentence: string) => void (sentence !== 'request' && noted.push(sentence));
  const logger: Logger = { info: note, warn: note, error: note };
  const serving = await serve({
    app: testWorld().app,
    port: 0,
    host: '127.0.0.1',
    version: '0',
    redisUrl: redis.url,
    logger,
  });
  onTestFinished(() => serving.close());
  const health = async () => (await fetch(`${serving.url}/api/health`)).json();
  expect(await health()).toMatchObject({ redis: 'ok' });
  redis.silence();
  const from = performance.now();
  for (let n = 0; n < 20; n++) expect(await health()).toMatchObject({ status: 'ok' });
  // Twenty waits would be four seconds.
  expect(performance.now() - from).toBeLessThan(2_000);
  await expect.poll(health).toMatchObject({ redis: 'down' });
  redis.speak();
  await expect.poll(health, { timeout: 10_000 }).toMatchObject({ redis: 'ok' });
  expect(noted).toEqual(['Redis is away: limits are counted by this server alone.', 'Redis is back.']);
});

it('is refused where it has no such database, rather than used among what is of others', async () => {
  const options = { app: testWorld().app, port: 0, host: '127.0.0.1', version: '0' };
  await expect(serve({ ...options, redisUrl: `redis://${redisUrl.host}/99` })).rejects.toMatchObject({
    code: 'invalid_input',
    message: `REDIS_URL: the Redis at ${redisUrl.host} says ERR DB index is out of range. Correct its user, password or database.`,
  });
});
