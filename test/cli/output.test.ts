import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../packages/cli/src/output.ts';
import { crmflow, folder, lines } from './kit.ts';
import { startServe } from './served.ts';

const HOSTILE = 'Red\u001b[31m\u009b2J\u202ederorrim';
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe('--json', () => {
  it('says of everything that is done what was done, and nothing else on stdout', async () => {
    const cwd = await folder();
    const asked = async (line: string, stdin?: string) => {
      const { code, stdout } = await crmflow(`${line} --json`, {
        cwd,
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
    const cwd = await folder();
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
      { cwd },
    );
    for (const command of [
      ['workflows', 'list'],
      ['workflows', 'list', '--json'],
      ['workflows', 'graph', HOSTILE],
      ['workflows', 'show', HOSTILE],
      ['workflows', 'export', HOSTILE],
      ['run', HOSTILE],
    ]) {
      const { code, stdout, stderr } = await crmflow(command, {
        cwd,
        isTerminal: true,
        env: { NO_COLOR: '1' },
      });
      expect([command, code, stdout + stderr]).toEqual([command, 0, expect.not.stringMatching(raw)]);
      expect(stdout).toContain('Red');
    }
  });

  it('is whole in JSON', async () => {
    const cwd = await folder();
    await crmflow(['call', 'workflows.create', '--json-input', JSON.stringify({ name: HOSTILE })], { cwd });
    const { stdout } = await crmflow('workflows list --json', { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ name: HOSTILE }] });
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
