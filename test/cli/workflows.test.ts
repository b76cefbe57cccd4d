import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines, type Setting } from './kit.ts';
import { startServe, type Serve } from './served.ts';

let cwd: string;
let serve: Serve;
beforeAll(async () => {
  cwd = await folder();
  // Commands find it and go through it: none of them has to open the folder.
  serve = await startServe('--data-dir data', { cwd });
});
afterAll(() => serve.stop());
const call = (line: string | readonly string[], setting: Setting = {}) =>
  crmflow(line, { cwd, env: { CRMFLOW_DATA_DIR: join(cwd, 'data') }, ...setting });
const said = async (line: string | readonly string[]) => lines((await call(line)).stdout);

const asking = (prompt: string) => `name: Asking
nodes:
  - id: start
    type: trigger
  - id: ask
    type: listen
    data:
      prompt: ${prompt}
      saveAs: name
edges:
  - start -> ask
`;
const calling = `name: Calling
nodes:
  - id: start
    type: trigger
  - id: call
    type: logic
    data:
      kind: subflow
      workflow: ./asking.workflow.yaml
edges:
  - start -> call
`;

describe('workflows in a terminal, from the first to the last', () => {
  it('begin with none', async () => {
    const { code, stdout, stderr } = await call('workflows list');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe(
      'There are no workflows yet. Make one: crmflow workflows create --from lead-qualification\n',
    );
  });

  it('are made of a template under a name of their own, and listed', async () => {
    const made = await call(['workflows', 'create', '--from', 'feedback', '--name', 'After delivery']);
    expect(made.code).toBe(0);
    const id = made.stdout.trim();
    expect(await said('workflows list')).toEqual([
      expect.stringMatching(new RegExp(`^${id}\tAfter delivery\t\\d+\t`)),
    ]);
    const { stdout } = await call('workflows list --json');
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ id, name: 'After delivery' }] });
  });

  it('are pushed from files with the files they call, and only what differs is saved again', async () => {
    await writeFile(join(cwd, 'asking.workflow.yaml'), asking('Your name?'));
    await writeFile(join(cwd, 'calling.workflow.yaml'), calling);
    const changes = async () =>
      (await said('workflows push')).map((line) => line.split('\t').slice(0, 2)).sort();
    expect(await changes()).toEqual([
      ['created', 'asking.workflow.yaml'],
      ['created', 'calling.workflow.yaml'],
    ]);
    expect((await changes()).map(([change]) => change)).toEqual(['unchanged', 'unchanged']);
    await writeFile(join(cwd, 'asking.workflow.yaml'), asking('And your name?'));
    expect(await changes()).toEqual([
      ['unchanged', 'calling.workflow.yaml'],
      ['updated', 'asking.workflow.yaml'],
    ]);
  });

  it('are all left as they are when one of the files cannot run, unless they are meant as drafts', async () => {
    const broken = join(cwd, 'asking.workflow.yaml');
    const sound = asking('And your name?');
    await writeFile(broken, sound.replace('->', '.oops ->').replace(' .oops', '.oops'));
    const refused = await call('workflows push');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('asking.workflow.yaml: error: ');
    expect(refused.stderr).toContain('no port oops');
    expect(refused.stderr).toContain('Nothing was pushed: 2 of 2 files cannot run.');
    expect((await call('workflows export Asking')).stdout).toBe(sound);
    expect((await said('workflows push --drafts')).map((line) => line.split('\t')[0])).toContain('updated');
    await writeFile(broken, sound);
    expect((await said('workflows push')).map((line) => line.split('\t')[0])).toContain('updated');
  });

  it('start nothing by themselves while their file is only tried out', async () => {
    const path = join(cwd, 'nightly.workflow.yaml');
    const schedule = '\n    data: { kind: schedule, active: true, cron: "0 3 * * *" }';
    await writeFile(path, asking('Well?').replace('type: trigger', `type: trigger${schedule}`));
    await call(['run', path], { stdin: 'Ada\n' });
    const { items } = JSON.parse((await call('workflows list --json')).stdout) as {
      items: { name: string; firesAt: string | null }[];
    };
    expect(items.filter(({ firesAt }) => firesAt !== null)).toEqual([]);
    expect(items.map(({ name }) => name)).toContain('Asking (nightly.workflow.yaml)');
    await rm(path);
  });

  it('start conversations as they were published until they are published again', async () => {
    const path = join(cwd, 'asking.workflow.yaml');
    const asked = async (line: string) => (await call(line, { stdin: 'Ada\n' })).stdout.trim();
    const published = await call('workflows publish Asking');
    expect(published.stderr).toBe(
      'Asking is published: conversations start on it as it is now, whatever is saved, until it is published again.\n',
    );
    await writeFile(path, asking('A new question?'));
    const pushed = await call('workflows push');
    expect(pushed.stderr).toContain(
      'Asking: conversations start on what was published before. Publish this: crmflow workflows publish "Asking"',
    );
    expect(await asked('run Asking')).toBe('And your name?');
    expect(await asked('run Asking --draft')).toBe('A new question?');
    expect((await call('workflows show Asking')).stdout).toContain('What is saved differs');
    expect((await call('workflows export Asking --published')).stdout).toBe(asking('And your name?'));
    await call('workflows push --publish');
    for (const word of ['Asking', 'Calling']) expect(await asked(`run ${word}`)).toBe('A new question?');
    expect((await call('workflows show Asking')).stdout).toContain('That is what is saved.');
    await writeFile(path, asking('And your name?'));
    await call('workflows push');
    expect((await call('workflows unpublish Asking')).stderr).toBe(
      'Asking is not published any more: conversations start on what is saved.\n',
    );
    await call('workflows unpublish Calling');
    expect(await asked('run Asking')).toBe('And your name?');
    expect(await call('workflows push --publish --drafts')).toMatchObject({ code: 2 });
  });

  it('are reported on: how conversations ended, and which nodes they reached', async () => {
    await writeFile(join(cwd, 'counted.workflow.yaml'), asking('Whose?').replace('Asking', 'Counted'));
    await call('workflows create counted.workflow.yaml');
    await call('run Counted', { stdin: 'Ada\n' });
    await call('run Counted');
    const [head, ...rest] = await said('workflows report Counted');
    expect(head).toMatch(/^Counted, \S+T\S+Z to \S+T\S+Z$/);
    expect(rest).toEqual([
      'Started: 2; finished 1, failed 0, open 1',
      'Outcomes: no outcome 1',
      'Channels: web or terminal 2',
      'start\ttrigger\tmanual\t\t2\t0',
      'ask\tlisten\ttext\t\t2\t1',
    ]);
    const env = { CRMFLOW_DATA_DIR: join(cwd, 'data'), NO_COLOR: '1' };
    const shown = await call('workflows report Counted', { isTerminal: true, env });
    expect(shown.stdout).toMatch(/node +type +kind +label +reached +standing/);
    const { stdout } = await call(
      'workflows report Counted --since 2026-01-01 --until 2026-01-02T09:00Z --json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ since: '2026-01-01T00:00:00.000Z', until: '2026-01-02T09:00:00.000Z' },
      ...{ started: 0, outcomes: [], channels: [] },
      nodes: [
        { nodeId: 'start', reached: 0 },
        { nodeId: 'ask', reached: 0 },
      ],
    });
    expect(await said('workflows report Counted --until 2026-01-02')).toContain(
      'Started: 0; finished 0, failed 0, open 0',
    );
    expect(await call('workflows report Counted --since soon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--since soon: write a day or a time such as 2026-01-31T09:00Z.'),
    });
    const turned = 'workflows report Counted --since 2026-01-02 --until 2026-01-01';
    expect(await call(turned)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not before until'),
    });
    expect(await call('workflows report feedback')).toMatchObject({ code: 1, stdout: '' });
    await call('workflows delete Counted --yes');
    await rm(join(cwd, 'counted.workflow.yaml'));
  });

  it('are published before what calls them by name, and take the inputs of what is published', async () => {
    const flows = await folder();
    const called = (text: string, input: string) =>
      `name: Callee\nnodes:\n  - id: start\n    type: trigger\n    data: { inputs: [{ name: ${input} }] }\n  - { id: hi, type: speak, data: { text: "${text}" } }\nedges: [start -> hi]\n`;
    const caller = `name: Caller\nnodes:\n  - { id: start, type: trigger }\n  - { id: call, type: logic, data: { kind: subflow, workflow: Callee } }\nedges: [start -> call]\n`;
    await writeFile(join(flows, 'z.workflow.yaml'), called('one', 'old'));
    await writeFile(join(flows, 'b.workflow.yaml'), caller);
    expect(await call(['workflows', 'push', flows, '--publish'])).toMatchObject({ code: 0 });
    await writeFile(join(flows, 'z.workflow.yaml'), called('two', 'old'));
    expect(await call(['workflows', 'push', flows, '--publish'])).toMatchObject({ code: 0 });
    expect((await call('run Caller')).stdout).toBe('two\n');
    await writeFile(join(flows, 'z.workflow.yaml'), called('three', 'fresh'));
    expect(await call(['workflows', 'push', flows])).toMatchObject({ code: 0 });
    expect((await call('run Callee --var old=1')).stdout).toBe('two\n');
    expect((await call('run Callee --draft --var fresh=1')).stdout).toBe('three\n');
    for (const name of ['Caller', 'Callee']) await call(`workflows delete ${name} --yes`);
  });

  it('are not replaced by running a file of the same name, however it differs', async () => {
    const trial = join(await folder(), 'trial.workflow.yaml');
    await writeFile(trial, asking('Another name?'));
    const { stdout } = await call(['run', trial], { stdin: 'Ada\n' });
    expect(lines(stdout)).toEqual(['Another name?']);
    expect((await call('workflows export Asking')).stdout).toContain('And your name?');
    const { stdout: sessions } = await call(['sessions', 'list', '--workflow', trial, '--json']);
    expect(JSON.parse(sessions)).toMatchObject({ items: [{ status: 'finished' }] });
  });

  it('are pulled into files as they were written, their calls as paths', async () => {
    const flows = join(cwd, 'flows');
    expect((await call('workflows pull flows')).code).toBe(0);
    expect(await readdir(flows)).toEqual([
      'after-delivery.workflow.yaml',
      'asking.workflow.yaml',
      'calling.workflow.yaml',
    ]);
    expect(await readFile(join(flows, 'asking.workflow.yaml'), 'utf8')).toBe(asking('And your name?'));
    expect(await readFile(join(flows, 'calling.workflow.yaml'), 'utf8')).toBe(calling);
    const mine = `# Mine.\n${asking('"And your name?"')}`;
    await writeFile(join(flows, 'asking.workflow.yaml'), mine);
    const again = (await said('workflows pull flows')).map((line) => line.split('\t')[0]);
    expect(again).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(await readFile(join(flows, 'asking.workflow.yaml'), 'utf8')).toBe(mine);
    expect((await said('workflows push flows')).map((line) => line.split('\t')[0])).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
  });

  it('are not touched by a rehearsal, which says what would be written over', async () => {
    const flows = join(cwd, 'flows');
    const file = join(flows, 'asking.workflow.yaml');
    const before = await readFile(file, 'utf8');
    const edited = asking('Who are you?').replace('start -> ask', 'start -> ask\n  - ask -> end');
    await writeFile(
      file,
      edited.replace('edges:', '  - id: end\n    type: logic\n    data: {kind: end}\nedges:'),
    );
    const mine = await readFile(file, 'utf8');
    expect(await said('workflows push flows --dry-run')).toContain(
      'updated\tflows/asking.workflow.yaml\tAsking\tnode ask, new node end, edges',
    );
    expect((await call('workflows export Asking')).stdout).toContain('And your name?');
    expect(await said('workflows pull flows --dry-run')).toContain(
      'updated\tflows/asking.workflow.yaml\tAsking\tnode ask, node end gone, edges',
    );
    expect(await readFile(file, 'utf8')).toBe(mine);
    await writeFile(file, before);
    const elsewhere = await call('workflows pull elsewhere --dry-run --json');
    expect(elsewhere.stderr).toBe('Nothing was changed. Leave --dry-run out to do it.\n');
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({
      items: [{ change: 'created' }, { change: 'created' }, { change: 'created' }],
    });
    expect(await readdir(cwd)).not.toContain('elsewhere');
    const pushed = await call(['workflows', 'push', 'flows/calling.workflow.yaml', '--dry-run', '--json']);
    expect(JSON.parse(pushed.stdout)).toMatchObject({
      items: [{ change: 'unchanged', differs: [] }, { change: 'unchanged' }],
    });
  });

  it('are checked and tried by the folder', async () => {
    const flows = join(cwd, 'flows');
    const checked = await call('workflows validate flows --json');
    expect(checked).toMatchObject({
      code: 0,
      stderr: 'flows/after-delivery.workflow.yaml: nothing is wrong.\n',
    });
    expect(JSON.parse(checked.stdout)).toMatchObject({
      items: [
        { workflow: 'flows/asking.workflow.yaml', severity: 'warning', nodeId: 'ask' },
        { workflow: 'flows/calling.workflow.yaml', severity: 'warning', nodeId: 'call' },
      ],
    });
    const talk = '- name: a name\n  talk: [bot: And your name?, user: Ada]\n  outcome: null\n';
    await writeFile(join(flows, 'asking.conversations.yaml'), talk);
    const tried = await call('workflows test flows');
    expect({ code: tried.code, stdout: tried.stdout }).toEqual({
      code: 0,
      stdout: 'as said  flows/asking.workflow.yaml: a name\n',
    });
    expect(tried.stderr).toContain('flows/calling.workflow.yaml: there are no conversations beside it.');
    await writeFile(join(flows, 'askng.conversations.yaml'), talk);
    expect(await call('workflows test flows')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'There is no workflow beside flows/askng.conversations.yaml.',
      ) as string,
    });
    await rm(join(flows, 'askng.conversations.yaml'));
    await writeFile(join(flows, 'asking.conversations.yaml'), '[]');
    expect(await call('workflows test flows')).toMatchObject({ code: 1, stdout: '' });
    expect(await call('workflows validate data')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no workflow file in data') as string,
    });
  });

  it('are replaced by a file, exported, shown, and run by name', async () => {
    await writeFile(
      join(cwd, 'new.workflow.json'),
      JSON.stringify({ name: 'Renamed', nodes: [{ id: 'start', type: 'trigger' }], edges: [] }),
    );
    expect((await call(['workflows', 'update', 'After delivery', 'new.workflow.json'])).code).toBe(0);
    expect((await call('workflows export Renamed --format json')).stdout).toBe(
      `${JSON.stringify({ name: 'Renamed', nodes: [{ id: 'start', type: 'trigger' }], edges: [] }, null, 2)}\n`,
    );
    expect(await said('workflows show Renamed')).toEqual(
      expect.arrayContaining(['Renamed', 'start\ttrigger\t\t']),
    );
    expect(lines((await call('run Calling', { stdin: 'Ada\n' })).stdout)).toEqual(['And your name?']);
  });

  it('say when they start by themselves', async () => {
    const data = { kind: 'schedule', cron: '2099-01-31T09:00:00', timeZone: 'Asia/Tokyo', active: true };
    const nodes = [{ id: 'start', type: 'trigger', data }];
    await writeFile(join(cwd, 'late.workflow.json'), JSON.stringify({ name: 'Late', nodes, edges: [] }));
    expect((await call('workflows create late.workflow.json')).code).toBe(0);
    expect(await said('workflows show Late')).toContain('It starts by itself at 2099-01-31T00:00:00.000Z.');
  });

  it('are not made twice of one file', async () => {
    const { code, stderr } = await call('workflows create asking.workflow.yaml');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'error: You have a workflow named Asking already. Replace it: crmflow workflows update "Asking" asking.workflow.yaml. Or give another --name.\n',
    });
  });

  it('are deleted only by who means it', async () => {
    const asked = await call('workflows delete Renamed');
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('say --yes');
    expect((await call('workflows delete Renamed --yes')).code).toBe(0);
    const { code, stderr } = await call('workflows show Renamed');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no file, workflow or template Renamed.');
  });

  it('say what was meant when a name is nearly right', async () => {
    const { stderr } = await call('workflows show Askin');
    expect(stderr).toBe('error: There is no file, workflow or template Askin. Did you mean Asking?\n');
  });
});

describe('the addresses for Twilio', () => {
  const PUBLIC_URL = 'https://crm.example.com/';
  it("are printed for a workflow of one's own, each with where it is given", async () => {
    const id = (
      await call(['workflows', 'create', '--from', 'feedback', '--name', 'By phone'])
    ).stdout.trim();
    const env = { CRMFLOW_DATA_DIR: join(cwd, 'data'), PUBLIC_URL };
    const { stdout } = await call(['workflows', 'channels', 'By phone', '--json'], { env });
    const { items } = JSON.parse(stdout) as { items: { channel: string; url: string }[] };
    expect(items.map(({ channel }) => channel)).toEqual(['sms', 'whatsapp', 'voice', 'voice']);
    expect(new Set(items.map(({ url }) => url))).toEqual(
      new Set([`https://crm.example.com/api/channels/twilio/${id}`]),
    );
  });
  it("are those of no machine of one's own: it says what to set", async () => {
    const { code, stderr } = await call(['workflows', 'channels', 'By phone']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Set PUBLIC_URL')]);
  });
});
