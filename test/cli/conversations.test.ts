import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { crmflow, folder } from './kit.ts';

let cwd: string;
const conversation = (reply: string) => `- name: a greeting
  talk:
    - bot: Your name?
    - user: Ada
    - bot: ${reply}
  learned: { name: Ada }
`;
beforeAll(async () => {
  cwd = await folder();
  const nodes = `name: Greeting
nodes:
  - { id: start, type: trigger }
  - { id: ask, type: logic, data: { kind: subflow, workflow: ./ask.workflow.yaml, results: { name: name } } }
  - { id: say, type: speak, data: { text: "Hello {{ name }}" } }
edges: [start -> ask, ask -> say]
`;
  const ask = `name: Ask
nodes:
  - { id: start, type: trigger }
  - { id: ask, type: listen, data: { prompt: Your name?, saveAs: name } }
edges: [start -> ask]
`;
  await writeFile(join(cwd, 'greeting.workflow.yaml'), nodes);
  await writeFile(join(cwd, 'ask.workflow.yaml'), ask);
});

it('replays the conversations beside a file, with the files it calls', async () => {
  await writeFile(join(cwd, 'greeting.conversations.yaml'), conversation('Hello Ada'));
  expect(await crmflow('workflows test greeting.workflow.yaml', { cwd })).toEqual({
    code: 0,
    stdout: 'as said  greeting.workflow.yaml: a greeting\n',
    stderr: '1 of 1 conversations went as they are written.\n',
  });
});

it('shows the first line that differs, and fails', async () => {
  await writeFile(join(cwd, 'greeting.conversations.yaml'), conversation('Hi Ada'));
  const { code, stdout } = await crmflow('workflows test greeting.workflow.yaml', { cwd });
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: `differs  greeting.workflow.yaml: a greeting
         line 3: expected bot: Hi Ada
         line 3: came     bot: Hello Ada
`,
  });
});

it('says where the conversations are missing', async () => {
  const { code, stderr } = await crmflow('workflows test ask.workflow.yaml', { cwd });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('There are no conversations for ask.workflow.yaml') as string,
  });
});
