import { entries } from '@crmflow/core/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder } from './kit.ts';

let cwd: string;
beforeAll(async () => void (cwd = await folder()));

describe('a word that is not known', () => {
  it.each([
    ['templates show fedback', 'There is no template fedback. Did you mean feedback?'],
    [
      'workflows create --from fedback',
      'There is no file, workflow or template fedback. Did you mean feedback?',
    ],
    ['logs --workflow fedback', 'There is no file, workflow or template fedback. Did you mean feedback?'],
    ['call workflow.list', 'There is no operation workflow.list. Did you mean workflows.list?'],
  ])('%s: is told with what may have been meant', async (line, sentence) => {
    expect(await crmflow(line, { cwd })).toEqual({ code: 1, stdout: '', stderr: `error: ${sentence}\n` });
  });

  it('is told of a command too', async () => {
    expect((await crmflow('workflow list', { cwd })).stderr).toContain('Did you mean workflows?');
  });
});

describe('a template', () => {
  it('is tested by its own conversations', async () => {
    const { code, stdout } = await crmflow('workflows test feedback', { cwd });
    expect({ code, first: stdout.split('\n')[0] }).toEqual({
      code: 0,
      first: expect.stringMatching(/^as said {2}feedback: /) as string,
    });
  });

  it('says which log rows are meant', async () => {
    await crmflow('run feedback', { cwd, stdin: '9\n' });
    expect((await crmflow('logs --workflow feedback', { cwd })).stdout).toContain('session_start');
    expect((await crmflow('logs --workflow order-status', { cwd })).stdout).toBe('');
  });
});

it('lists every operation in the help of call', async () => {
  const { stdout } = await crmflow('call --help');
  for (const { noun, verb, op } of entries)
    expect(stdout).toMatch(new RegExp(`^  ${noun}\\.${verb} +${op.summary.slice(0, 9)}`, 'm'));
});

it('says where there is no answer', async () => {
  expect(await crmflow('ai zzzz', { cwd })).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Nothing in your knowledge answers that. See: crmflow kb list\n',
  });
  expect((await crmflow('kb search zzzz', { cwd })).stderr).toContain('Nothing that you keep fits');
});
