import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines } from './kit.ts';
import { startServe, type Serve } from './served.ts';

let server: Serve;
beforeAll(async () => void (server = await startServe('--ephemeral')));
afterAll(async () => void (await server.stop()));

describe('a session that was started on a server without a login', () => {
  it('is gone on with and shown by whoever started it, as the hint says', async () => {
    const cwd = await folder();
    const begun = await crmflow(`run feedback --server ${server.url}`, { cwd, stdin: '9\n' });
    const hint = /Go on with: crmflow (run --server \S+ --resume (\S+))/.exec(begun.stderr);
    expect({ code: begun.code, hint: hint !== null }).toEqual({ code: 3, hint: true });
    const file = join(cwd, '.config', 'crmflow', 'sessions.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const again = await crmflow(hint![1]!, { cwd, stdin: 'The people\nyes\n' });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Thank you') as string });
    const shown = await crmflow(`sessions show ${hint![2]} --server ${server.url}`, { cwd });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('user: The people') as string });

    const stranger = await crmflow(`sessions show ${hint![2]} --server ${server.url}`, {
      cwd: await folder(),
    });
    expect(stranger.code).not.toBe(0);
  });

  it('stays open to its starter who logs in later, and closed to other servers', async () => {
    const cwd = await folder();
    const begun = await crmflow(`run feedback --json --server ${server.url}`, { cwd, stdin: '9\n' });
    const id = (JSON.parse(lines(begun.stdout)[0]!) as { sessionId: string }).sessionId;
    await crmflow(`login --register --server ${server.url} --email ada@example.com`, {
      cwd,
      stdin: 'correct horse battery',
    });
    expect(await crmflow(`sessions show ${id}`, { cwd })).toMatchObject({ code: 0 });
    const kept = JSON.parse(
      await readFile(join(cwd, '.config', 'crmflow', 'sessions.json'), 'utf8'),
    ) as unknown;
    expect(kept).toEqual([{ id, url: server.url, token: expect.any(String) as string, isGuests: true }]);
  });

  it('is not begun where what was kept cannot be read, which is said with the path', async () => {
    const cwd = await folder();
    await mkdir(join(cwd, '.config', 'crmflow', 'sessions.json'), { recursive: true });
    const { code, stderr } = await crmflow(`run feedback --server ${server.url}`, {
      cwd,
      stdin: '9\nAll\nyes\n',
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/sessions\.json is a folder\. Name a file\./) as string,
    });
  });
});

describe('a file that cannot be written', () => {
  it('is named with why and what now, and the exit code is 1', async () => {
    const cwd = await folder();
    expect(await crmflow('workflows export feedback --output /dev/full', { cwd })).toMatchObject({
      code: 1,
      stderr: 'error: /dev/full cannot be written: the disk is full. Make room, and try again.\n',
    });
  });
});
