import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines, type Heard } from './kit.ts';
import { startServe, type Serve } from './served.ts';

/** Through the server that holds the folder: quicker than opening it for each command, and the operator's own way. */
let server: Serve;
let cwd: string;
beforeAll(async () => {
  cwd = await folder();
  await writeFile(join(cwd, 'hours.md'), '# Hours\n\nWe are open Monday to Friday, 9 to 17.\n');
  await writeFile(join(cwd, 'no.pdf'), 'this is no PDF');
  server = await startServe('--data-dir data', { cwd });
});
afterAll(async () => {
  await server.stop();
});
const run = (line: string | readonly string[], stdin?: string): Promise<Heard> =>
  crmflow([...(typeof line === 'string' ? line.split(' ') : line), '--data-dir', 'data'], {
    cwd,
    ...(stdin !== undefined && { stdin }),
  });

describe('users', () => {
  it('makes an account that can log in, lists it and deletes it with all that is theirs', async () => {
    const made = await run('users create Ada@Example.com --name Ada', 'correct horse battery\n');
    expect(made).toMatchObject({ code: 0, stderr: 'ada@example.com may log in now.\n' });
    const listed = await run('users list');
    expect(lines(listed.stdout)[0]).toMatch(new RegExp(`^${made.stdout.trim()}\tada@example.com\tAda\t`));
    const login = `login --server ${server.url} --email ada@example.com`;
    const home = await folder();
    expect(await crmflow(login, { cwd: home, stdin: 'correct horse battery' })).toMatchObject({ code: 0 });
    expect(await run('users delete ada@example.com')).toMatchObject({ code: 2 });
    expect(await run('users delete ada@example.com --yes')).toMatchObject({ code: 0 });
    expect((await run('users list')).stdout).not.toContain('ada@example.com');
    expect(await crmflow('whoami', { cwd: home })).toMatchObject({ code: 4 });
  });

  it('gives the owner of this machine a login, who has what its commands made', async () => {
    const { stdout } = await run('workflows create --from feedback');
    expect(
      await run('users update local --email me@example.com --password', 'correct horse battery'),
    ).toMatchObject({
      ...{ code: 0, stdout: 'local\n', stderr: 'me@example.com is changed.\n' },
    });
    const home = await folder();
    const login = `login --server ${server.url} --email me@example.com`;
    expect(await crmflow(login, { cwd: home, stdin: 'correct horse battery' })).toMatchObject({ code: 0 });
    expect((await crmflow('workflows list', { cwd: home })).stdout).toContain(stdout.trim());
    await run('users update me@example.com --password', 'another horse battery');
    expect(await crmflow('whoami', { cwd: home })).toMatchObject({ code: 4 });
    expect((await run('users list')).stdout).toContain('me@example.com');
  });

  it('changes nothing where nothing is said, nor to an address that another has', async () => {
    expect(await run('users update local')).toMatchObject({ code: 2 });
    await run('users create bob@example.com', 'correct horse battery');
    expect(await run('users update local --email Bob@example.com')).toMatchObject({
      stderr: 'error: There is already a user bob@example.com.\n',
    });
    expect(await run('users update nobody --name Ann')).toMatchObject({ code: 1 });
  });

  it('refuses a short password', async () => {
    expect(await run('users create bob@example.com', 'short')).toMatchObject({
      code: 2,
      stderr: 'error: password: The password needs at least 8 characters.\n',
    });
  });
});

describe('keys', () => {
  it('takes a key from stdin and never shows more than its end', async () => {
    const set = await run('keys set gemini', 'a-long-secret-for-gemini-1234\n');
    expect(set).toEqual({ code: 0, stdout: '', stderr: 'The key for gemini is stored. It ends in 1234.\n' });
    const listed = await run('keys list');
    expect(lines(listed.stdout)[0]).toMatch(/^gemini\t1234\t\t/);
    const json = await run('keys list --json');
    expect(listed.stdout + json.stdout + set.stderr).not.toContain('secret');
    expect(await run('keys delete gemini --yes')).toMatchObject({ code: 0 });
    expect(await run('keys list')).toMatchObject({ stdout: '' });
  });

  it('takes a key of several parts, one a line', async () => {
    const { stderr } = await run('keys set twilio', 'AC0123456789\nan-auth-token\n');
    expect(stderr).toBe('The key for twilio is stored. It ends in oken.\n');
    expect(await run('keys set twilio', 'AC0123456789\n')).toMatchObject({
      code: 2,
      stderr: 'error: Give 2 lines on stdin: accountSid, authToken.\n',
    });
    expect(await run('keys set smtp', 'mail.example.com\n')).toMatchObject({
      code: 2,
      stderr: 'error: Give 5 lines on stdin: host, port, from, user, pass.\n',
    });
    const own = await run(
      'keys set salesforce --part host --part accessToken',
      'acme.my.salesforce.com\ntoken',
    );
    expect(own).toMatchObject({ code: 0 });
  });

  it('keeps a key of one’s own service for its host alone', async () => {
    expect(await run('keys set http:crm', 'k')).toMatchObject({ code: 2 });
    await run('keys set http:crm --host API.example.com', 'crm-key-0001');
    expect((await run('keys list --json')).stdout).toContain('"host":"api.example.com"');
  });

  it('seals all keys anew', async () => {
    expect((await run('keys rotate --json')).stdout).toMatch(/^\{"rotated":0,"current":\d+\}\n$/);
  });
});

describe('kb and ai', () => {
  it('takes in, finds, answers from and forgets', async () => {
    const file = await run('kb add-file hours.md');
    expect(file).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/is taken in: \d+ characters/) as string,
    });
    await run(['kb', 'add', 'Do you deliver?', 'Yes, within two days.']);
    expect(lines((await run('kb list')).stdout)).toHaveLength(2);
    expect((await run('kb search Monday')).stdout).toContain('open Monday to Friday');
    expect((await run(`kb show ${file.stdout.trim()}`)).stdout).toContain('state: ready');
    const answer = await run(['ai', 'Do you deliver?']);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toContain('Yes, within two days.');
    expect(lines(answer.stdout).at(-1)).toBe('(from: Do you deliver?)');
    expect(await run(`kb rm ${file.stdout.trim()} --yes`)).toMatchObject({ code: 0 });
    expect(lines((await run('kb list')).stdout)).toHaveLength(1);
  });

  it('says what is wrong with a file, and reads the password of a PDF from stdin', async () => {
    expect((await run('kb add-pdf nothing.pdf')).stderr).toContain('nothing.pdf is not there.');
    const { code, stderr } = await run('kb add-pdf no.pdf --password', 'open sesame');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^error: /);
  });
});
