import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines } from './kit.ts';
import { startServe, type Serve } from './served.ts';

const PASSWORD = 'correct horse battery';
let server: Serve;
beforeAll(async () => {
  server = await startServe('--ephemeral');
});
afterAll(async () => {
  await server.stop();
});

/** A home folder with an account on the server, logged in. */
async function loggedIn(name: string) {
  const cwd = await folder();
  const line = `login --register --server ${server.url} --email ${name}@example.com`;
  const { code, stderr } = await crmflow(line, { cwd, stdin: `${PASSWORD}\n` });
  return { cwd, code, stderr, profiles: join(cwd, '.config', 'crmflow', 'profiles.json') };
}
const kept = async (file: string) =>
  JSON.parse(await readFile(file, 'utf8')) as {
    current: string | null;
    profiles: Record<string, { url: string; token: string; email: string }>;
  };

describe('login', () => {
  it('keeps the token where its owner alone can read it, and commands work through the server', async () => {
    const { cwd, code, stderr, profiles } = await loggedIn('ada');
    const { host } = new URL(server.url);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `You are ada@example.com on ${server.url}. Commands work through it now; --local means this machine.\n`,
    });
    expect((await stat(profiles)).mode & 0o777).toBe(0o600);
    expect((await stat(join(cwd, '.config', 'crmflow'))).mode & 0o777).toBe(0o700);
    expect(await kept(profiles)).toEqual({
      current: host,
      profiles: {
        [host]: {
          url: server.url,
          email: 'ada@example.com',
          token: expect.stringMatching(/^\S+\.\S+\.\S+$/) as string,
        },
      },
    });
    expect(await crmflow('whoami', { cwd })).toMatchObject({
      stdout: `ada@example.com, on ${server.url} (profile ${host})\n`,
    });
    const made = await crmflow('workflows create --from feedback', { cwd });
    expect((await crmflow('workflows list', { cwd })).stdout).toContain(made.stdout.trim());
  });

  it('logs in again where one was logged in before', async () => {
    const { cwd, profiles } = await loggedIn('bob');
    await crmflow('login --email bob@example.com', { cwd, stdin: PASSWORD });
    expect(await kept(profiles)).toMatchObject({ current: new URL(server.url).host });
  });

  it('refuses a wrong password and keeps what it had', async () => {
    const { cwd, profiles } = await loggedIn('cy');
    const before = await readFile(profiles, 'utf8');
    const { code, stderr } = await crmflow('login --email cy@example.com', { cwd, stdin: 'something else' });
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: 'error: The e-mail address or the password is wrong.\n',
    });
    expect(await readFile(profiles, 'utf8')).toBe(before);
  });

  it('says on the way to another machine that the password can be read there', async () => {
    const { stderr } = await crmflow('login --server http://crm.invalid --email a@example.com', {
      cwd: await folder(),
      stdin: PASSWORD,
    });
    expect(stderr).toContain('http://crm.invalid is no https address: others on the way can read');
  });

  it.each([
    ['login --email a@example.com', 'Say where: crmflow login --server http://localhost:3001'],
    ['login --server localhost:1', 'E-mail address: Nobody can be asked here: say --email.'],
    ['login --server ftp://x --email a@b.c', 'ftp://x is no address of a server.'],
    ['login --server http://ada:secret@x --email a@b.c', 'The address of a server is written without a user'],
    ['login --server localhost:1 --email a@b.c --name Ada', '--name belongs to --register.'],
    ['login --server localhost:1 --email a@b.c', 'Password: nothing was given.'],
    ['logout', 'You are not logged in.'],
    ['profiles use nobody', 'There is no profile nobody.'],
  ])('%s: says what is missing', async (line, sentence) => {
    const { code, stderr } = await crmflow(line, { cwd: await folder() });
    expect(code).not.toBe(0);
    expect(stderr).toContain(`error: ${sentence}`);
  });

  it('has no flag for a secret: others can read command lines', async () => {
    for (const line of ['login', 'users create', 'keys set']) {
      const { stdout } = await crmflow(`${line} --help`);
      expect(stdout).not.toMatch(/--(?:password|key|token|secret)\b/);
    }
  });
});

describe('logout and profiles', () => {
  it('chooses among logins, never shows their tokens, and works on this machine after the last', async () => {
    const { cwd, profiles } = await loggedIn('dot');
    await crmflow(`login --server ${server.url} --email dot@example.com --profile second`, {
      cwd,
      stdin: PASSWORD,
    });
    const { host } = new URL(server.url);
    const listed = await crmflow('profiles list', { cwd });
    expect(lines(listed.stdout)).toEqual([
      `\t${host}\t${server.url}\tdot@example.com`,
      `*\tsecond\t${server.url}\tdot@example.com`,
    ]);
    const json = await crmflow('profiles list --json', { cwd });
    for (const { token } of Object.values((await kept(profiles)).profiles))
      expect(listed.stdout + json.stdout).not.toContain(token);

    await crmflow(['profiles', 'use', host], { cwd });
    expect((await kept(profiles)).current).toBe(host);
    await crmflow('logout', { cwd });
    expect(await kept(profiles)).toMatchObject({ current: null, profiles: { second: { url: server.url } } });
    expect((await crmflow('whoami --profile second', { cwd })).stdout).toContain('(profile second)');
    await crmflow('profiles remove second', { cwd });
    expect(await kept(profiles)).toEqual({ current: null, profiles: {} });
    expect((await crmflow('whoami --ephemeral', { cwd })).stdout).toBe('The local owner, on memory\n');
  });

  it('refuses a file of another making instead of guessing', async () => {
    const { cwd, profiles } = await loggedIn('eve');
    await writeFile(profiles, '{"current": 7}');
    expect(await crmflow('workflows list', { cwd })).toMatchObject({
      code: 2,
      stderr: `error: ${profiles} cannot be read as what CRMFlow writes there. Remove it.\n`,
    });
  });
});

describe('where a command works', () => {
  it('takes the environment before the file, and flags before both', async () => {
    const { cwd, profiles } = await loggedIn('fay');
    const { token } = Object.values((await kept(profiles)).profiles)[0]!;
    const other = await folder();
    const env = { CRMFLOW_URL: server.url, CRMFLOW_TOKEN: token };
    const who = async (line: string, setting: object) =>
      (await crmflow(`whoami --json ${line}`.trim(), setting)).stdout;
    expect(JSON.parse(await who('', { cwd: other, env }))).toMatchObject({
      role: 'user',
      user: { email: 'fay@example.com' },
      where: server.url,
      profile: null,
    });
    expect(JSON.parse(await who('--ephemeral', { cwd, env }))).toMatchObject({
      role: 'owner',
      where: 'memory',
    });
    expect(JSON.parse(await who('--local --data-dir d', { cwd, env }))).toMatchObject({
      role: 'owner',
      where: join(cwd, 'd'),
    });
    expect(JSON.parse(await who(`--server ${server.url}`, { cwd: other }))).toMatchObject({ role: 'guest' });
    const refused = await crmflow('workflows list --profile nobody', { cwd, env });
    expect(refused.stderr).toBe('error: There is no profile nobody. See: crmflow profiles list\n');
  });

  it.each([
    ['--server localhost:1 --local', '--server and --local name two places. Give one of them.'],
    ['--server localhost:1 --data-dir d', '--server and --data-dir name two places. Give one of them.'],
    ['--profile x --ephemeral', '--profile and --ephemeral name two places. Give one of them.'],
  ])('refuses two places: %s', async (flags, sentence) => {
    expect(await crmflow(`workflows list ${flags}`)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${sentence}\n`,
    });
  });

  it.each([['serve --port 0'], ['migrate'], ['doctor']])(
    '%s says that it needs the data itself',
    async (line) => {
      const { code, stderr } = await crmflow(`${line} --server http://localhost:1`);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr:
          'error: This works on the data itself, not through the server at http://localhost:1. Say --local to mean this machine.\n',
      });
    },
  );

  it('names the server that does not answer', async () => {
    const { code, stderr } = await crmflow('workflows list --server http://127.0.0.1:1');
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: http:\/\/127\.0\.0\.1:1 cannot be reached\./);
  });
});

describe('a token', () => {
  let stranger: Server;
  let url: string;
  const shown: (string | undefined)[] = [];
  beforeAll(async () => {
    stranger = createServer(({ headers }, response) => {
      shown.push(headers.authorization);
      response.writeHead(404).end('{"error":{"code":"not_found","message":"There is nothing here."}}');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  });
  afterAll(() => void stranger.close());

  it('is shown to no other server than its own', async () => {
    const { cwd } = await loggedIn('gil');
    const env = { CRMFLOW_URL: server.url, CRMFLOW_TOKEN: 'a.b.c' };
    await crmflow(`workflows list --server ${url}`, { cwd });
    await crmflow(`workflows list --server ${url}`, { cwd, env });
    expect(shown).toEqual([undefined, undefined]);
  });

  it('is not led elsewhere by the .env of a folder', async () => {
    const cwd = await folder();
    await writeFile(join(cwd, '.env'), `CRMFLOW_URL=${url}\n`);
    const { code, stderr } = await crmflow('workflows list', { cwd, env: { CRMFLOW_TOKEN: 'a.b.c' } });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: CRMFLOW_TOKEN is set without its server. Set CRMFLOW_URL too, or say --local.\n',
    });
    expect(shown.filter(Boolean)).toEqual([]);
  });
});
