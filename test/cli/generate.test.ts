import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readWorkflowFile } from '@crmflow/core';
import { draftFor, spoiled } from '../ai/drafts.ts';
import { openaiServer } from '../ai/openai-server.ts';
import { crmflow, folder, lines } from './kit.ts';

/** A folder in which a command finds a model that answers these one after the other. */
async function drafting(...answers: unknown[]) {
  const server = await openaiServer({ answers: answers.map((each) => ({ texts: [JSON.stringify(each)] })) });
  const cwd = await folder();
  const env = { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${server.url}/v1` };
  return { cwd, call: (line: string) => crmflow(`--ephemeral workflows ${line}`, { cwd, env }) };
}
const good = draftFor(0);

it('writes a drafted workflow with its conversations beside, which then go as they are written', async () => {
  const { cwd, call } = await drafting(spoiled['a node nobody comes to']!(good), good);
  const { code, stdout, stderr } = await call('generate qualify leads --output leads.workflow.yaml');
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(lines(stderr)).toEqual([
    'Draft 1 did not pass:',
    '  warning: alone: No way leads to alone.',
    '  warning: alone leads nowhere by out: the conversation ends there. An end node would say so.',
    'Draft 2 passes every check, with 4 conversations that show it.',
    'leads.workflow.yaml is written.',
  ]);
  expect(await readFile(join(cwd, 'leads.conversations.yaml'), 'utf8')).toContain('outcome: qualified');
  const tested = await call('test leads.workflow.yaml');
  expect([tested.code, lines(tested.stdout)]).toEqual([0, Array(4).fill(expect.stringMatching(/^as said/))]);
});

it('prints a drafted workflow as a file, or all of it as JSON', async () => {
  const { call } = await drafting(good);
  const { stdout } = await call('generate qualify leads');
  expect(readWorkflowFile(stdout, 'x.workflow.yaml')).toMatchObject({ name: good.name, isPublic: false });
  const { conversations, nodes } = JSON.parse((await call('generate qualify leads --json')).stdout) as {
    conversations: unknown[];
    nodes: unknown[];
  };
  expect([conversations.length, nodes.length]).toEqual([4, good.nodes.length]);
});

it('saves a drafted workflow when asked to', async () => {
  const { call } = await drafting(good);
  const { code, stdout, stderr } = await call('generate qualify leads --save');
  expect([code, lines(stdout).length]).toEqual([0, 1]);
  expect(stderr).toContain(`${good.name} is saved.`);
});

it('says what was wrong with each draft when none passes', async () => {
  const { call } = await drafting({ name: 'x' });
  const { code, stderr } = await call('generate qualify leads');
  expect(code).toBe(2);
  expect(stderr).toContain('Draft 2 did not pass:\n  error: nodes:');
  expect(stderr).toContain('error: None of 2 drafts passed every check.');
});

it('asks for a model where there is none, and for a name that conversations can stand beside', async () => {
  const without = await crmflow('--ephemeral workflows generate qualify leads');
  expect([without.code, without.stderr]).toEqual([5, expect.stringContaining('crmflow keys set gemini')]);
  const { call } = await drafting(good);
  expect(await call('generate qualify leads --output leads.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Name the file like leads.workflow.yaml') as string,
  });
});
