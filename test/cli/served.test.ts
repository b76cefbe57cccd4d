import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openApp } from '@crmflow/core/open';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { crmflow, folder, type Heard } from './kit.ts';
import { startServe } from './served.ts';

let cwd: string;
let session: string;
beforeAll(async () => {
  cwd = await folder();
  const here = { cwd, env };
  const serve = await startServe('--data-dir data', { cwd });
  await writeFile(join(cwd, 'hours.md'), '# Opening hours\n\nWe are open Monday to Friday, 9 to 17.\n');
  await crmflow('workflows create --from feedback', here);
  await crmflow('run feedback --answers -', { ...here, stdin: '10\nThe people\nyes\n' });
  const left = await crmflow('run lead-qualification', { ...here, stdin: 'Ada\n' });
  session = /--resume (\S+)/.exec(left.stderr)![1]!;
  await crmflow('keys set gemini', { ...here, stdin: 'a-long-key-for-gemini' });
  await crmflow('kb add-file hours.md', here);
  await serve.stop();
});
const env = { CRMFLOW_DATA_DIR: 'data' };

/** Commands that read, and change nothing. */
const READING = () => [
  'workflows list',
  'workflows show Feedback --json',
  'workflows validate Feedback',
  'workflows export nobody',
  'templates show lead-qualification --json',
  'sessions list --status waiting --workflow lead-qualification',
  `sessions show ${session}`,
  'sessions export --csv',
  'sessions export --json',
  'logs --type session_end --json',
  'kb list',
  'kb search open --json',
  'keys list',
  'users list --json',
  'ai open --json',
  'call auth.me',
];

async function readAll(setting: { cwd: string; env: Record<string, string> }): Promise<Map<string, Heard>> {
  const heard = new Map<string, Heard>();
  for (const line of READING()) heard.set(line, await crmflow(line, setting));
  return heard;
}

describe('a folder that is being served', () => {
  it('answers every command as it does in the process of the command', async () => {
    const before = await readAll({ cwd, env });
    expect(before.get('workflows list')).toMatchObject({ code: 0 });
    const serve = await startServe('--data-dir data', { cwd });
    try {
      expect(await readAll({ cwd, env })).toEqual(before);
      const { url, token } = await announced();
      const there = { CRMFLOW_URL: url, CRMFLOW_TOKEN: token };
      expect(await readAll({ cwd: await folder(), env: there })).toEqual(before);
    } finally {
      await serve.stop();
    }
  });

  it('is written to by other commands, and goes on with their conversations', async () => {
    const serve = await startServe('--data-dir data', { cwd });
    try {
      const resumed = await crmflow(`run --resume ${session}`, { cwd, env, stdin: 'ada@example.com\n' });
      expect(resumed).toMatchObject({ code: 3 });
      expect(resumed.stdout).toContain('What are you looking for?');
      const begun = await crmflow('run feedback --json', { cwd, env, stdin: '10\nThe people\nyes\n' });
      const events = begun.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { seq: number; type: string });
      expect(begun.code).toBe(0);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
      expect(events.at(-1)).toMatchObject({ type: 'workflow:finished', variables: { score: 10 } });
    } finally {
      await serve.stop();
    }
    const after = await crmflow(`sessions show ${session}`, { cwd, env });
    expect(after.stdout).toContain('user: ada@example.com\n');
  });

  it('says who serves it to its owner alone, and for as long as it does', async () => {
    const serve = await startServe('--data-dir data', { cwd });
    expect((await stat(join(cwd, 'data', 'server.json'))).mode & 0o777).toBe(0o600);
    expect(await announced()).toMatchObject({ url: serve.url, pid: process.pid });
    const second = await crmflow('serve --port 0', { cwd, env });
    expect(second).toMatchObject({
      code: 1,
      stderr: `error: CRMFlow serves ${join(cwd, 'data')} already, at ${serve.url} (process ${process.pid}). Stop it, or choose another folder with --data-dir.\n`,
    });
    const doctor = await crmflow('doctor', { cwd, env });
    expect(doctor).toMatchObject({ code: 0 });
    expect(doctor.stdout).toContain(`served by process ${process.pid} at ${serve.url}`);
    expect(await serve.stop()).toMatchObject({ code: 0 });
    expect(existsSync(join(cwd, 'data', 'server.json'))).toBe(false);
  });
});

describe('a folder that something else holds', () => {
  it.each([
    ['nobody has served', null],
    ['a killed server left behind', { url: 'http://127.0.0.1:1', token: 't', pid: 1 }],
    ['a server that does not answer has', { url: 'http://127.0.0.1:1', token: 't', pid: process.pid }],
    ['something else has written', { hello: 'there' }],
  ])('refuses other commands with who holds it, whatever %s', async (_, written) => {
    const dataDir = await folder();
    const holder = await openApp({ dataDir });
    try {
      if (written) await writeFile(join(dataDir, 'server.json'), JSON.stringify(written));
      const { code, stderr } = await crmflow(`workflows list --data-dir ${dataDir}`);
      expect(code).toBe(1);
      expect(stderr).toContain(`error: The data folder ${dataDir} is in use by process ${process.pid}`);
    } finally {
      await holder.close();
    }
  });
});

it('shows nothing to whoever answers where a killed server did', async () => {
  const asked: string[] = [];
  const stranger = createServer(({ url, headers }, response) => {
    asked.push(`${url} ${headers.authorization}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void stranger.close());
  const { port } = stranger.address() as AddressInfo;
  const dataDir = await folder();
  const left = { url: `http://127.0.0.1:${port}`, token: 'a-token', pid: process.pid + 1 };
  await writeFile(join(dataDir, 'server.json'), JSON.stringify(left));
  const holder = await openApp({ dataDir });
  try {
    expect(await crmflow(`workflows list --data-dir ${dataDir}`)).toMatchObject({ code: 1 });
    expect(asked).toEqual([]);
  } finally {
    await holder.close();
  }
});

async function announced() {
  const text = await readFile(join(cwd, 'data', 'server.json'), 'utf8');
  return JSON.parse(text) as { url: string; token: string; pid: number };
}
