import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines, type Setting } from './kit.ts';
import { startServe, type Serve } from './served.ts';

const file = `name: Lead
nodes:
  - { id: start, type: trigger, data: { inputs: [{ name: debt, type: number, default: -5 }] } }
  - { id: ask_name, type: listen, data: { prompt: "Name?", saveAs: name } }
  - { id: ask_wish, type: listen, data: { prompt: "Wish?", saveAs: wish } }
  - { id: done, type: logic, data: { kind: end, outcome: won } }
edges: [start -> ask_name, ask_name -> ask_wish, ask_wish -> done]
`;
const desk = `name: Desk
nodes:
  - { id: start, type: trigger }
  - { id: ask, type: listen, data: { prompt: "Name?", saveAs: name } }
  - { id: desk, type: integration, data: { kind: handover } }
edges: [start -> ask, ask -> desk]
`;
let cwd: string;
beforeAll(async () => {
  cwd = await folder();
  await writeFile(join(cwd, 'lead.workflow.yaml'), file);
});
const call = (line: string, setting: Setting = {}) => crmflow(`${line} --data-dir data`, { cwd, ...setting });

interface Listed {
  items: { id: string; status: string; nodeId: string | null }[];
}
const listed = async (line = 'sessions list') =>
  (JSON.parse((await call(`${line} --json`)).stdout) as Listed).items;

describe('sessions in a terminal, from the first to the last', () => {
  let serve: Serve;
  beforeAll(async () => {
    // Commands find it and go through it: none of them has to open the folder.
    serve = await startServe('--data-dir data', { cwd });
  });
  afterAll(() => serve.stop());

  it('are left when the answers are used up, saying how to go on', async () => {
    const { code, stdout, stderr } = await call('run lead.workflow.yaml', { stdin: 'Ada\n' });
    expect({ code, said: lines(stdout) }).toEqual({ code: 3, said: ['Name?', 'Wish?'] });
    const [session] = await listed();
    expect(session).toMatchObject({ status: 'waiting', nodeId: 'ask_wish' });
    expect(stderr).toContain(`Go on with: crmflow run --data-dir data --resume ${session!.id}`);
  });

  it('go on where they were left, beginning with the question', async () => {
    const [{ id } = { id: '' }] = await listed();
    const { code, stdout } = await call(`sessions resume ${id}`, { stdin: '=SUM(A1)\n' });
    expect({ code, said: lines(stdout) }).toEqual({ code: 0, said: ['Wish?'] });
  });

  it('are shown with what was said, what they learned and where they stand', async () => {
    const [{ id } = { id: '' }] = await listed();
    const { stdout } = await call(`sessions show ${id}`);
    expect(lines(stdout)).toEqual(
      expect.arrayContaining([
        'bot: Name?',
        'user: Ada',
        'bot: Wish?',
        'user: =SUM(A1)',
        'status: finished',
        'outcome: won',
        '  debt: -5',
        '  name: Ada',
        '  wish: =SUM(A1)',
      ]),
    );
  });

  it('are exported as CSV that no spreadsheet takes for a formula', async () => {
    const [{ id } = { id: '' }] = await listed();
    const { stdout } = await call('sessions export --csv');
    const [head, row, ...more] = lines(stdout);
    expect(more).toEqual([]);
    expect(head).toBe(
      'session_id,workflow,status,outcome,reason,began_at,changed_at,by,number,contact_id,debt,name,wish',
    );
    expect(row).toMatch(
      new RegExp(
        `^${id.replace(/^-/, "'-")},Lead \\(lead.workflow.yaml\\),finished,won,,.*,-5,Ada,'=SUM\\(A1\\)$`,
      ),
    );
  });

  it('are exported as one document with their transcripts', async () => {
    const { items } = JSON.parse((await call('sessions export')).stdout) as { items: object[] };
    expect(items).toMatchObject([
      {
        status: 'finished',
        variables: { debt: -5, name: 'Ada', wish: '=SUM(A1)' },
        messages: [{ text: 'Name?' }, { text: 'Ada' }, { text: 'Wish?' }, { text: '=SUM(A1)' }],
      },
    ]);
  });

  it('are written down as tests of their workflow, which then go as they went', async () => {
    const [{ id } = { id: '' }] = await listed();
    const { code, stdout, stderr } = await call(`sessions record ${id}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  outcome: won\n');
    await writeFile(join(cwd, 'lead.conversations.yaml'), stdout);
    const tried = await call('workflows test lead.workflow.yaml');
    expect(tried).toMatchObject({ code: 0, stderr: '1 of 1 conversations went as they are written.\n' });
    expect(tried.stdout).toMatch(/^as said {2}lead\.workflow\.yaml: as at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$/);
  });

  it('leave a log of what happened, without what was said', async () => {
    const { stdout } = await call('logs --json');
    const { items } = JSON.parse(stdout) as { items: { eventType: string }[] };
    expect(items.map(({ eventType }) => eventType)).toEqual(
      expect.arrayContaining(['session_start', 'session_end']),
    );
    expect(stdout).not.toMatch(/Ada|SUM/);
    const ended = JSON.parse((await call('logs list --type session_end --json')).stdout) as {
      items: object[];
    };
    expect(ended.items).toHaveLength(1);
  });

  it('are watched as they wait for a person, until somebody has seen enough', async () => {
    await writeFile(join(cwd, 'desk.workflow.yaml'), desk);
    const leave = new AbortController();
    const heard: string[] = [];
    const watching = call('sessions watch', {
      signal: leave.signal,
      hear: (said) => heard.splice(0, Infinity, ...lines(said)),
    });
    expect((await call('run desk.workflow.yaml', { stdin: 'Ada\nHello?\n' })).code).toBe(3);
    const [{ id } = { id: '' }] = await listed('sessions list --waiting-for person');
    await expect.poll(() => heard.at(-1), { timeout: 10_000 }).toMatch(`${id}\tsays\tHello?`);
    await call(`sessions hand-back ${id}`);
    await expect.poll(() => heard.at(-1), { timeout: 10_000 }).toMatch(`${id}\twaits no longer`);
    leave.abort('SIGINT');
    expect((await watching).code).toBe(0);
    expect(heard[0]).toMatch(new RegExp(`^${id}\twaits since \\d{4}-.*\tDesk`));
    await call(`sessions delete ${id} --yes`);
  });

  it('are filtered, ended and erased', async () => {
    await call('run lead.workflow.yaml', { stdin: '' });
    const [waiting, ...more] = await listed('sessions list --status waiting');
    expect(more).toEqual([]);
    expect((await call(`sessions end ${waiting!.id}`)).code).toBe(0);
    expect(await listed('sessions list --status waiting --workflow lead.workflow.yaml')).toEqual([]);
    expect((await call(`sessions delete ${waiting!.id} --yes`)).code).toBe(0);
    expect(await listed()).toHaveLength(1);
    expect((await call(`sessions show ${waiting!.id}`)).code).toBe(1);
  });

  it('are listed as a table for people', async () => {
    const { stdout } = await call('sessions list', { isTerminal: true, env: { NO_COLOR: '1' } });
    expect(stdout).toMatch(/id +workflow +by +status +at +changed/);
    expect(stdout).toMatch(/Lead \(lead.workflow.yaml\) +finished +won/);
  });
});

describe('doctor and migrate', () => {
  it('find a data folder in order', async () => {
    const { code, stdout } = await call('doctor --json');
    const { items } = JSON.parse(stdout) as { items: { what: string; state: string }[] };
    expect({ code, states: items.map(({ what, state }) => [what, state]) }).toEqual({
      code: 0,
      states: [
        ['Node.js', 'ok'],
        ['data folder', 'ok'],
        ['disk', 'ok'],
        ['database', 'ok'],
      ],
    });
    expect((await call('migrate')).stdout).toMatch(/ is up to date\.\n$/);
  });

  it('say what is not in order', async () => {
    const { code, stdout } = await crmflow('doctor --data-dir /dev/null/x', { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail {2}data folder: .*Choose another with --data-dir\.$/m);
    const away = await crmflow('doctor --database-url postgresql://localhost:1/none', { cwd });
    expect(away.code).toBe(1);
    expect(away.stdout).toMatch(/^fail {2}database: .*Check the address/m);
  });

  it('touch no folder that is not there yet', async () => {
    const { code, stdout } = await crmflow('doctor --data-dir later', { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ok {4}data folder: .*later is not there yet; the first command that needs it makes it$/m,
    );
  });
});

it('begins with a contact by a number, and is shown with both and with what did not go out', async () => {
  const data = await folder();
  const run = (line: string | readonly string[]) =>
    crmflow(line, { cwd, env: { CRMFLOW_DATA_DIR: join(data, 'data') } });
  const idOf = async (line: string | readonly string[]) =>
    (JSON.parse((await run(line)).stdout) as { id: string }).id;
  const workflowId = (await run('workflows create lead.workflow.yaml')).stdout.trim();
  const contactId = await idOf(['call', 'contacts.create', 'name=Ada', 'phone=+4915111111112']);
  const to = '--contact +4915111111112 --by sms --from';
  expect(await run(`sessions start ${workflowId} ${to}`)).toMatchObject({ code: 2 });
  const started = await run(`sessions start ${workflowId} ${to} +4930901820 --var debt=7`);
  const id = started.stdout.trim();
  expect(started.stderr).toBe(`It has begun, and is waiting. See: crmflow sessions show ${id}\n`);
  const shown = async () => lines((await run(`sessions show ${id}`)).stdout);
  expect(await shown()).toContain('  debt: 7');
  expect(await shown()).toEqual(expect.arrayContaining(['with: Ada', 'by: sms +4915111111112']));
  await expect
    .poll(shown, { timeout: 10_000 })
    .toEqual(expect.arrayContaining(['did not go out:', expect.stringMatching(/^ {2}\S+Z no_key$/)]));
  expect((await run('sessions list')).stdout).toContain('\tsms +4915111111112\t');
  expect((await run('sessions export --csv')).stdout).toContain(`,sms,'+4915111111112,${contactId},`);
});
