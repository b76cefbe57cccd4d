import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { colorsFor } from '../../packages/cli/src/output.ts';
import { fitting, widthOf, wrapped } from '../../packages/cli/src/width.ts';
import { crmflow, folder, lines } from './kit.ts';
import { startServe, type Serve } from './served.ts';

const HOSTILE = 'Red\u001b[31m\u009b2J\u202ederorrim';
/** A folder that is served, so that no command has to open it anew. */
const served = { cwd: '', env: { CRMFLOW_DATA_DIR: 'data', NO_COLOR: '1' } };
let server: Serve;
beforeAll(async () => {
  served.cwd = await folder();
  server = await startServe('--data-dir data', { cwd: served.cwd });
});
afterAll(async () => void (await server.stop()));

const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe('--json', () => {
  it('says of everything that is done what was done, and nothing else on stdout', async () => {
    const asked = async (line: string, stdin?: string) => {
      const { code, stdout } = await crmflow(`${line} --json`, {
        ...served,
        ...(stdin !== undefined && { stdin }),
      });
      return { line, code, said: lines(stdout).map((each) => JSON.parse(each) as Record<string, unknown>) };
    };
    const idOf = async (line: string, stdin?: string) => String((await asked(line, stdin)).said[0]?.id);
    const workflow = await idOf('workflows create --from feedback');
    const item = await idOf('kb add q a');
    const user = 'ada@example.com';
    await asked(`users create ${user}`, 'correct horse battery');
    await asked('keys set gemini', 'secret');
    const { said } = await asked('run feedback', '9\n');
    const session = String(said[0]!.sessionId);
    for (const [line, deleted] of [
      ['sessions delete', session],
      ['workflows delete', workflow],
      ['kb delete', item],
      ['users delete', user],
      ['keys delete', 'gemini'],
    ] as const)
      expect(await asked(`${line} ${deleted} --yes`)).toMatchObject({ code: 0, said: [{ deleted }] });
    expect(await asked('workflows graph feedback')).toMatchObject({
      said: [{ mermaid: expect.stringMatching(/^flowchart TD\n/) as string }],
    });
    expect(await asked('workflows export feedback --output f.workflow.yaml')).toMatchObject({
      said: [{ written: 'f.workflow.yaml' }],
    });
  });

  it('has a server say where it listens on one line', async () => {
    const serve = await startServe('--ephemeral --json');
    const { stdout } = await serve.stop();
    expect(JSON.parse(stdout)).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      version: '0.1.0',
      where: 'memory',
    });
  });
});

describe('what strangers wrote', () => {
  it('is never obeyed by a terminal: in lists, in JSON, in a chart and in a file', async () => {
    await crmflow(
      [
        'call',
        'workflows.create',
        '--json-input',
        JSON.stringify({
          name: HOSTILE,
          nodes: [{ id: 'start', type: 'trigger', label: HOSTILE }],
        }),
      ],
      served,
    );
    for (const command of [
      ['workflows', 'list'],
      ['workflows', 'list', '--json'],
      ['workflows', 'graph', HOSTILE],
      ['workflows', 'show', HOSTILE],
      ['workflows', 'export', HOSTILE],
      ['run', HOSTILE],
    ]) {
      const { code, stdout, stderr } = await crmflow(command, { ...served, isTerminal: true });
      expect([command, code, stdout + stderr]).toEqual([command, 0, expect.not.stringMatching(raw)]);
      expect(stdout).toContain('Red');
    }
  });

  it('is whole in JSON', async () => {
    const name = `Whole ${HOSTILE}`;
    await crmflow(['call', 'workflows.create', '--json-input', JSON.stringify({ name })], served);
    const { stdout } = await crmflow('workflows list --json', served);
    const { items } = JSON.parse(stdout) as { items: { name: string }[] };
    expect(items.map((each) => each.name)).toContain(name);
  });
});

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('%j on a terminal (%s): %s', (env, isTTY, isColored) => {
    expect(colorsFor({ isTTY }, env).isColorSupported).toBe(isColored);
  });
});

describe('on a narrow terminal', () => {
  it('a text is broken between words, by the columns its characters take', () => {
    expect(wrapped('We are open from nine', 10)).toBe('We are\nopen from\nnine');
    expect(wrapped('営業時間は九時から', 8)).toBe('営業時間\nは九時か\nら');
    expect(wrapped('a\n\n  b c', 20)).toBe('a\n\n  b c');
    expect(wrapped('unbreakable', 5)).toBe('unbre\nakabl\ne');
    expect(wrapped('as it is', Infinity)).toBe('as it is');
  });

  it('an emoji of several characters is two columns wide', () => {
    expect([widthOf('👩‍👩‍👧'), widthOf('é'), widthOf('日本')]).toEqual([2, 1, 4]);
  });

  it('a table gives room in its widest column', () => {
    expect(fitting([10, 60, 20], 70)).toEqual([10, 40, 20]);
    expect(fitting([10, 20], 70)).toEqual([10, 20]);
  });
});
