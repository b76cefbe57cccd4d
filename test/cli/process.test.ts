import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { version } from '../../packages/cli/package.json';
import { folder, lines } from './kit.ts';
import { program } from './pty.ts';

interface Program {
  child: ChildProcessWithoutNullStreams;
  /** Waits until stdout or stderr holds what fits. */
  says(pattern: RegExp): Promise<string>;
  ends(): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts the command as it is installed. */
const start = async (line: string, env: Record<string, string> = {}): Promise<Program> => {
  const home = await folder();
  const { cwd, env: usual } = settingOf(home, home);
  return running(spawn(process.execPath, [program, ...line.split(' ')], { cwd, env: { ...usual, ...env } }));
};
const settingOf = (home: string, cwd: string) => ({ cwd, env: { PATH: process.env.PATH, HOME: home } });

function running(child: ChildProcessWithoutNullStreams): Program {
  const heard = { stdout: '', stderr: '' };
  const looking = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      heard[name] += chunk.toString();
      looking.forEach((look) => look());
    });
  const ended = once(child, 'close') as Promise<[number | null]>;
  void ended.then(() => looking.forEach((look) => look()));
  return {
    child,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(heard.stdout) ?? pattern.exec(heard.stderr);
          if (!found && child.exitCode === null && child.signalCode === null) return;
          looking.delete(look);
          if (found) resolve(found[0]);
          else reject(new Error(`It ended without saying ${String(pattern)}: ${JSON.stringify(heard)}`));
        };
        looking.add(look);
        look();
      }),
    async ends() {
      const [code] = await ended;
      return { code, ...heard };
    },
  };
}
/** A request of which only the head has been sent: it is at work, and ends when we let it. */
async function halfARequest({ says }: Program) {
  const url = await says(/http:\/\/127\.0\.0\.1:\d+/);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const body = JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' });
  const head = [
    ...['POST /api/auth/register HTTP/1.1', 'host: localhost', 'content-type: application/json'],
    ...[`content-length: ${body.length}`, 'connection: close'],
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const answer = text(socket).catch(String);
  // The next one is answered on another connection, so the head has been read by then.
  await fetch(`${url}/api/health`);
  return { url, finish: () => void socket.write(body), answer };
}

/** Waits until a server says that it takes nothing new. */
const isClosing = (url: string): Promise<void> =>
  expect.poll(async () => (await fetch(`${url}/api/health/ready`)).status, { timeout: 5_000 }).toBe(503);

const idIn = (text: string) => /--resume (\S+)/.exec(text)![1]!;

it('a server that keeps a log says all it has to say in it: JSON, a line each', async () => {
  const serve = await start('serve --ephemeral --port 0', { LOG_LEVEL: 'info', JWT_SECRET: 'short' });
  await serve.says(/is listening/);
  serve.child.kill('SIGTERM');
  const { code, stderr } = await serve.ends();
  const noted = lines(stderr).map((line) => JSON.parse(line) as { msg: string });
  const said = noted.map(({ msg }) => msg);
  expect(code).toBe(0);
  expect(said).toEqual([
    expect.stringContaining('JWT_SECRET is shorter') as string,
    expect.stringMatching(/^CRMFlow .* is listening\./) as string,
    'Told to end: what is at work is finished first.',
    'CRMFlow has ended.',
  ]);
  expect(noted[1]).toMatchObject({ level: 30, role: 'both', redis: 'none' });
  expect(noted[1]).not.toHaveProperty('schema');
});

describe('the command as a process', () => {
  it('tells its version', async () => {
    const { ends } = await start('--version');
    expect(await ends()).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('ends quietly when nobody reads on', async () => {
    const { child, ends } = await start('workflows schema');
    child.stdout.destroy();
    expect(await ends()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('keeps what was said through SIGINT and kill -9, and goes on', async () => {
    const data = join(await folder(), 'data');
    const first = await start(`run lead-qualification --data-dir ${data}`);
    await first.says(/What's your name\?/);
    first.child.stdin.write('Ada\n');
    await first.says(/Nice to meet you, Ada/);
    first.child.kill('SIGINT');
    const left = await first.ends();
    expect(left.code).toBe(130);

    const second = await start(`run --data-dir ${data} --resume ${idIn(left.stderr)}`);
    await second.says(/Nice to meet you, Ada/);
    second.child.stdin.write('ada@example.com\n');
    await second.says(/What are you looking for\?/);
    second.child.kill('SIGKILL');
    await second.ends();

    const third = await start(`sessions show ${idIn(left.stderr)} --data-dir ${data}`);
    const { code, stdout } = await third.ends();
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual(
      expect.arrayContaining(['user: Ada', 'user: ada@example.com', 'status: waiting', 'waits at: ask_need']),
    );
  });

  it('refuses a data folder that another process has, and says which', async () => {
    const data = join(await folder(), 'data');
    const holder = await start(`run feedback --data-dir ${data}`);
    await holder.says(/How likely/);
    const second = await start(`sessions list --data-dir ${data}`);
    const { code, stdout, stderr } = await second.ends();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`in use by process ${holder.child.pid}`);
    expect(stderr).toContain('--data-dir');
    holder.child.kill('SIGKILL');
    await holder.ends();
    const third = await start(`sessions list --data-dir ${data}`);
    expect(await third.ends()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('feedback\t\twaiting') as string,
    });
  });
});

describe('serve as a process', () => {
  it('says where it listens, answers, and stops when it is told to', async () => {
    const server = await start('serve --ephemeral --port 0');
    const url = await server.says(/http:\/\/127\.0\.0\.1:\d+/);
    expect(await (await fetch(`${url}/api/health`)).json()).toEqual({
      status: 'ok',
      version,
      database: 'ok',
    });
    const another = await start(`serve --ephemeral --port ${new URL(url).port}`);
    expect(await another.ends()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is in use/) as string,
    });
    server.child.kill('SIGTERM');
    expect(await server.ends()).toMatchObject({ code: 0, stdout: `${url}\n` });
  });

  it('lets a request finish that is at work when it is told to stop, and stops at once when told again', async () => {
    const [patient, hasty] = await Promise.all([
      start('serve --ephemeral --port 0'),
      start('serve --ephemeral --port 0'),
    ]);
    const halves = await Promise.all([patient, hasty].map(halfARequest));
    patient.child.kill('SIGTERM');
    hasty.child.kill('SIGTERM');
    await isClosing(halves[0]!.url);
    halves[0]!.finish();
    expect(await halves[0]!.answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(await patient.ends()).toMatchObject({ code: 0 });
    await isClosing(halves[1]!.url);
    hasty.child.kill('SIGTERM');
    expect(await hasty.ends()).toMatchObject({ code: 143 });
  });

  it('carries the other commands of this machine while it runs, and leaves nothing behind that misleads them', async () => {
    const data = join(await folder(), 'data');
    const server = await start(`serve --port 0 --data-dir ${data}`);
    const url = await server.says(/http:\/\/127\.0\.0\.1:\d+/);
    const run = await start(`run lead-qualification --data-dir ${data}`);
    await run.says(/What's your name\?/);
    run.child.stdin.end('Ada\n');
    const { code, stderr } = await run.ends();
    expect(code).toBe(3);
    const whoami = await start(`whoami --data-dir ${data}`);
    expect((await whoami.ends()).stdout).toBe(`The local owner, on ${url}\n`);
    server.child.kill('SIGKILL');
    await server.ends();
    const after = await start(`sessions show ${idIn(stderr)} --data-dir ${data}`);
    expect((await after.ends()).stdout).toContain('user: Ada\n');
  });
});

it('takes paths from where one stood when npm was asked to start it', async () => {
  const [home, stood] = [await folder(), await folder()];
  await writeFile(join(stood, 'empty.workflow.yaml'), 'name: Empty\nnodes: []\nedges: []\n');
  const child = spawn(process.execPath, [program, 'workflows', 'validate', 'empty.workflow.yaml'], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      npm_package_name: 'crmflow-workspace',
      INIT_CWD: stood,
    },
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(said).toContain('empty.workflow.yaml\terror');
  expect(said).not.toContain('is not there');
});

it('is a program that a shell can start by itself, as npx does', async () => {
  expect((await readFile(program, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
  expect((await stat(program)).mode & 0o111).not.toBe(0);
});

it('ends with npm, which tells that it is to end only to the shell between them', async () => {
  const home = await folder();
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const line = ['start', '--', 'serve', '--port', '0', '--data-dir', join(home, 'data')];
  const { child, says, ends } = running(spawn('npm', line, settingOf(home, root)));
  await says(/Stop with Ctrl-C/);
  child.kill('SIGTERM');
  // The server writes to the same pipes, which close when it is gone.
  await ends();
}, 120_000);
