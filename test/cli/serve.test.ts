import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePortAfter, listenerOn } from '../../packages/cli/src/commands/serve/port.ts';
import { roleIn, schemaIn, serveSettings } from '../../packages/cli/src/commands/serve/settings.ts';
import { crmflow, folder, lines } from './kit.ts';
import { startServe } from './served.ts';

/** A port of this machine that somebody listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('serve', () => {
  it('says who has the port, and which is free', async () => {
    const port = await takenPort();
    const { code, stderr } = await crmflow(`serve --ephemeral --port ${port}`);
    const free = await freePortAfter(port, '127.0.0.1');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: Port ${port} on 127.0.0.1 is in use by ${await nameOfThis()} (process ${process.pid}). Free is ${free}: crmflow serve --port ${free}\n`,
    });
  });

  it('asks lsof who has the port where there is no /proc, and does without it where there is neither', async () => {
    const bin = await folder();
    vi.stubEnv('PATH', bin);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await listenerOn(3001, 'darwin')).toBeNull();
    await writeFile(
      join(bin, 'lsof'),
      '#!/bin/sh\n[ "$2" = -iTCP:3001 ] && printf "p42\\ncsomething\\nf7\\n"\n',
    );
    await chmod(join(bin, 'lsof'), 0o755);
    expect(await listenerOn(3001, 'darwin')).toEqual({ pid: 42, name: 'something' });
    expect(await listenerOn(3002, 'darwin')).toBeNull();
  });

  it('shows itself in the browser, and says so where there is none', async () => {
    const bin = await folder();
    const seen = join(bin, 'seen');
    await writeFile(
      join(bin, 'xdg-open'),
      `#!/bin/sh\nprintf %s "$1" > "${seen}.part" && mv "${seen}.part" "${seen}"\n`,
    );
    await chmod(join(bin, 'xdg-open'), 0o755);
    const PATH = [bin, process.env.PATH].join(delimiter);
    const serve = await startServe('--ephemeral --open', { env: { PATH } });
    await expect.poll(() => existsSync(seen)).toBe(true);
    expect(await readFile(seen, 'utf8')).toBe(serve.url);
    await serve.stop();
    const without = await startServe('--ephemeral --open', { env: { PATH: await folder() } });
    await expect
      .poll(async () => (await fetch(`${without.url}/api/health`)).ok, { timeout: 5_000 })
      .toBe(true);
    expect((await without.stop()).stderr).toContain(
      `No browser could be started. Open ${without.url} yourself.`,
    );
  });

  it('hands on what the environment says', async () => {
    const env = {
      CORS_ORIGINS: 'https://app.example.com, https://other.example.com',
      REGISTRATION: 'closed',
      METRICS: '1',
      PUBLIC_URL: 'https://crm.example.com/',
    };
    const serve = await startServe('--ephemeral', { env });
    const from = (origin: string) => fetch(`${serve.url}/api/templates`, { headers: { origin } });
    expect((await from('https://app.example.com')).status).toBe(200);
    expect((await from('https://evil.example.com')).status).toBe(403);
    expect((await fetch(`${serve.url}/metrics`)).status).toBe(403);
    const register = await fetch(`${serve.url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'a@example.com', password: 'correct horse battery' }),
    });
    expect(register.status).toBe(403);
    expect((await serve.stop()).stderr).toContain('People reach it at https://crm.example.com.');
  });

  it.each([
    [{ NODE_ENV: 'production', JWT_SECRET: 'your-secret-key-here' }, 'JWT_SECRET is the example'],
    [
      { NODE_ENV: 'production', JWT_SECRET: 'a test signs with these 32 bytes', ENCRYPTION_KEY: 'short' },
      'ENCRYPTION_KEY is shorter',
    ],
    [{ REGISTRATION: 'maybe' }, 'REGISTRATION is open or closed, not maybe.'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY is a number of proxies or their addresses, not true.'],
    [
      { TRUST_PROXY: '10.0.0.0/33' },
      'TRUST_PROXY is a number of proxies or their addresses, not 10.0.0.0/33.',
    ],
    [{ TRUST_PROXY: '::1/129' }, 'TRUST_PROXY is a number of proxies or their addresses, not ::1/129.'],
    [
      { REDIS_URL: 'redis://cache.lan' },
      'REDIS_URL joins servers on one PostgreSQL, and no database is named.',
    ],
    [{ NODE_ENV: 'production', DATABASE_URL: '' }, 'DATABASE_URL is empty. Name a database,'],
    [{ CORS_ORIGINS: 'app.example.com' }, 'CORS_ORIGINS: app.example.com is no web address.'],
    [{ CORS_ORIGINS: 'https://a.example/x' }, 'CORS_ORIGINS: https://a.example/x is more than an origin.'],
    [{ PUBLIC_URL: 'ftp://x' }, 'PUBLIC_URL: ftp://x is no web address.'],
    [{ SERVER_ROLE: 'all' }, 'SERVER_ROLE is web, worker or both, not all.'],
    [{ SERVER_ROLE: 'web' }, 'A server that is only web needs another beside it on one PostgreSQL.'],
    [{ SERVER_ROLE: 'worker' }, 'A server that is only worker needs another beside it on one PostgreSQL.'],
    [{ NODE_ENV: 'Production', JWT_SECRET: 'short' }, 'JWT_SECRET is shorter'],
    [{ METRICS: 'maybe' }, 'METRICS is on or off, not maybe.'],
    [{ CRMFLOW_SYNC: 'maybe' }, 'CRMFLOW_SYNC is on or off, not maybe.'],
    [{ REDIS_URL: 'cache.lan' }, 'REDIS_URL: cache.lan is no address of a Redis.'],
    [{ OPENAI_BASE_URL: 'ollama' }, 'OPENAI_BASE_URL: ollama is no web address.'],
    [{ ALLOWED_PRIVATE_HOSTS: 'crm.lan,*' }, 'ALLOWED_PRIVATE_HOSTS: * is no host.'],
    [{ SERVER_PORT: 'many' }, 'The port many is no number from 0 to 65535.'],
  ])('refuses to start with %j', async (env, sentence) => {
    const { code, stderr } = await crmflow('serve --ephemeral', { env });
    expect(code).not.toBe(0);
    expect(stderr).toContain(`error: ${sentence}`);
  });
});

it('tells of variables that look like its own and that nothing reads', async () => {
  const env = {
    REGISTRATON: 'closed',
    DATABSE_URL: 'postgresql://db.lan/crmflow',
    CRMFLOW_KEEP_SESIONS: '30',
    // Of other programs.
    OPENAI_BASE: 'x',
    PORT: '80',
    LOG_FORMAT: 'json',
    REDIS_URI: 'redis://cache.lan',
    CRMFLOW_TEST_POSTGRES: 'x',
    CRMFLOW_SERVICE_HOST: '10.0.0.1',
    CRMFLOW_PORT_3001_TCP_ADDR: '10.0.0.1',
    NODE_EVN: 'production',
  };
  const { stop } = await startServe('--ephemeral', { env });
  const said = lines((await stop()).stderr).filter((line) => line.includes('nothing reads'));
  expect(said).toEqual([
    'REGISTRATON is set, and nothing reads it. Is it REGISTRATION?',
    'DATABSE_URL is set, and nothing reads it. Is it DATABASE_URL?',
    'CRMFLOW_KEEP_SESIONS is set, and nothing reads it. Is it CRMFLOW_KEEP_SESSIONS?',
    'REDIS_URI is set, and nothing reads it. Is it REDIS_URL?',
    'NODE_EVN is set, and nothing reads it. Is it NODE_ENV?',
  ]);
});

describe('the settings of serve', () => {
  const usual = { corsOrigins: [], metrics: false, isWeb: true, isWorker: true };
  it.each([
    [{}, {}, { port: 3001, host: '127.0.0.1', ...usual }],
    [{}, { NODE_ENV: 'production', SERVER_PORT: '80' }, { port: 80, host: '0.0.0.0', ...usual }],
    [
      { port: '0', host: '::1' },
      { SERVER_PORT: '80', SERVER_HOST: 'x' },
      { port: 0, host: '::1', ...usual },
    ],
    [{ web: true }, {}, { isWeb: true, isWorker: false }],
    [{ worker: true }, { SERVER_ROLE: 'web' }, { isWeb: false, isWorker: true }],
    [{ web: true, worker: true }, {}, { isWeb: true, isWorker: true }],
    [{}, { SERVER_ROLE: 'worker' }, { isWeb: false, isWorker: true }],
    [{}, { TRUST_PROXY: '2', METRICS: 'off' }, { trustProxy: 2, metrics: false }],
    [{}, { TRUST_PROXY: '10.0.0.0/8,loopback' }, { trustProxy: '10.0.0.0/8, loopback' }],
    [{}, { TRUST_PROXY: '::1/128' }, { trustProxy: '::1/128' }],
    [{}, { REDIS_URL: 'redis://r:6379', METRICS: '1' }, { redisUrl: 'redis://r:6379', metrics: true }],
    [{}, { CORS_ORIGINS: 'https://a.example/, *' }, { corsOrigins: ['https://a.example', '*'] }],
  ])('of %j and %j are %j', (flags, env, settings) => {
    expect(serveSettings(flags, env)).toMatchObject(settings);
  });
});

describe('the line of a start', () => {
  it.each([
    [true, true, 'both'],
    [true, false, 'web'],
    [false, true, 'worker'],
  ])('of a server that is web: %s, and worker: %s, says %s', (isWeb, isWorker, role) => {
    expect(roleIn({ isWeb, isWorker })).toBe(role);
  });

  it.each([
    [undefined, undefined],
    ['postgresql://db/crmflow', undefined],
    ['postgresql://db/crmflow?schema=public', undefined],
    ['postgresql://db/crmflow?sslmode=require&schema=crm', 'crm'],
  ])('of a server on %s names the schema %s', (databaseUrl, schema) => {
    expect(schemaIn(databaseUrl)).toBe(schema);
  });
});

const nameOfThis = async () => (await readFile('/proc/self/comm', 'utf8')).trim();
