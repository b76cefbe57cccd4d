import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { problems, readWorkflowFile } from '@crmflow/core';
import { differences, readConversations, replay } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { SessionEvent } from '../../packages/core/src/session/session.ts';
import { ERRORS } from '../../packages/core/src/errors.ts';
import { RATES, rateSaid } from '../../packages/server/src/limits.ts';
import { socketEvents } from '../../packages/server/src/sockets/events.ts';
import { nodeKinds } from '../../packages/core/src/nodes/index.ts';
import { crmflow, folder } from '../cli/kit.ts';
import { filesPage } from './files-page.ts';
import { nodesPage } from './nodes-page.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);

it.each([
  ['docs/nodes.md', nodesPage],
  ['docs/files.md', filesPage],
])('%s is what the schemas say; mended with vitest -u after a change of them', async (path, made) => {
  const config = await resolveConfig(path);
  const page = await format(made(), { ...config, parser: 'markdown' });
  await expect(page).toMatchFileSnapshot(`../../${path}`);
});

it('docs/files.md shows a workflow without a problem', () => {
  const [workflow] = blocks(read('docs/files.md'), 'yaml');
  expect(problems(readWorkflowFile(workflow!, 'the workflow'))).toEqual([]);
});

it('docs/sockets.md names every event, of a client and of a session, and no other', () => {
  const page = read('docs/sockets.md');
  const named = (heading: string) =>
    [
      ...page
        .split(`## ${heading}`)[1]!
        .split('\n## ')[0]!
        .matchAll(/^\|([^|]+)\|/gm),
    ]
      .flatMap(([, cell]) => [...cell!.matchAll(/`([a-z_]+:[a-z_]+)`/g)])
      .map(([, event]) => event);
  const known = [...socketEvents()].sort();
  expect(named('What a client sends').sort()).toEqual(known);
  const told = SessionEvent.options.map(({ shape }) => shape.type.value);
  expect(named('What a client hears').sort()).toEqual(told.sort());
});

it('docs/rest.md has the codes and the rates as they are', () => {
  const page = read('docs/rest.md');
  const codes = [...page.matchAll(/^\| `(\w+)` +\| (\d+) +\| (yes)? +\|/gm)].map(
    ([, code, status, again]) => [code, { status: Number(status), retryable: again === 'yes' }],
  );
  expect(codes).toEqual(
    Object.entries(ERRORS).map(([code, { status, retryable }]) => [code, { status, retryable }]),
  );
  const table = page.split('| of ')[1]!.split('\n\n')[0]!;
  const rates = [...table.matchAll(/\| (\d[^|]*?) +\|$/gm)].map(([, rate]) => rate);
  const { known: _known, ...counted } = RATES;
  expect(rates).toEqual(Object.values(counted).map(rateSaid));
});

it.each(['docs/conversations.md', 'docs/time.md'])(
  '%s shows a workflow that has the conversation beside it',
  async (page) => {
    const [workflow, talk] = blocks(read(page), 'yaml');
    const content = readWorkflowFile(workflow!, 'the workflow');
    expect(problems(content)).toEqual([]);
    for (const conversation of readConversations(talk!, 'the conversations'))
      expect(differences(conversation, await replay(content, conversation))).toEqual([]);
  },
);

it('docs/sending.md shows a workflow without a problem, which does what it promises', async () => {
  const [workflow, , answers] = blocks(read('docs/sending.md'), 'yaml');
  const content = readWorkflowFile(workflow!, 'the workflow');
  expect(problems(content)).toEqual([]);
  const taken = '- { method: POST, url: https://crm.example.com/hooks/leads }';
  const talk = `
- name: an offer
  ${answers!.trimEnd().replaceAll('\n', '\n  ')}
    ${taken}
  talk:
    - bot: Where may we write to?
    - user: '+4915123456789'
    - bot: And your e-mail address?
    - user: ada@example.org
  outcome: offered`;
  for (const conversation of readConversations(talk, 'the conversation'))
    expect(differences(conversation, await replay(content, conversation))).toEqual([]);
});

it('docs/crm.md shows a workflow without a problem, which does what it promises', async () => {
  const [workflow, answers] = blocks(read('docs/crm.md'), 'yaml');
  const content = readWorkflowFile(workflow!, 'the workflow');
  expect(problems(content)).toEqual([]);
  const talk = `
- name: a lead
  ${answers!.trimEnd().replaceAll('\n', '\n  ')}
  talk:
    - bot: Your e-mail address?
    - user: ada@example.org
    - bot: And your name?
    - user: Ada Lovelace
    - bot: Thank you, Ada Lovelace.
  outcome: kept
  learned: { contact: { id: '101', created: true } }`;
  for (const conversation of readConversations(talk, 'the conversation'))
    expect(differences(conversation, await replay(content, conversation))).toEqual([]);
});

it('docs/webhooks.md shows workflows without a problem, and one that is called as it says', async () => {
  const [starts, waits, talk] = blocks(read('docs/webhooks.md'), 'yaml');
  for (const workflow of [starts!, waits!])
    expect(problems(readWorkflowFile(workflow, 'the workflow'))).toEqual([]);
  const content = readWorkflowFile(waits!, 'the workflow');
  for (const conversation of readConversations(talk!, 'the conversations'))
    expect(differences(conversation, await replay(content, conversation))).toEqual([]);
});

describe('README.md', () => {
  const readme = read('README.md');

  it('shows workflows without a problem', () => {
    const shown = blocks(readme, 'yaml');
    expect(shown).toHaveLength(1);
    for (const text of shown) expect(problems(readWorkflowFile(text, 'README.md'))).toEqual([]);
  });

  it('names every kind of node, and no other', () => {
    const types = new Map<string, string[]>();
    for (const { type, kind } of nodeKinds) types.set(type, [...(types.get(type) ?? []), kind]);
    const rows = [...readme.matchAll(/^\| (\w+) +\| (`.*?) +\|$/gm)].map(([, type, kinds]) => [
      type,
      [...kinds!.replace(/\(.*\)/, '').matchAll(/`(\w+)`/g)].map(([, kind]) => kind!).sort(),
    ]);
    expect(new Map(rows as [string, string[]][])).toEqual(
      new Map([...types].map(([type, kinds]) => [type, kinds.sort()])),
    );
  });

  it('shows commands that do what they say, one after the other', async () => {
    const cwd = await folder();
    await writeFile(join(cwd, 'answers.txt'), 'Ada\nada@example.com\n1\n100\n3\n');
    const commands = blocks(readme, 'sh')
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith('crmflow ') && !line.includes('handbook.pdf'))
      .map((line) => /^crmflow (.*?)(?: > (\S+))?(?:\s+#.*)?$/.exec(line)!);
    expect(commands.length).toBeGreaterThan(8);
    for (const [line, words, to] of commands) {
      const argv = [...words!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
      const { code, stdout, stderr } = await crmflow(argv, { cwd });
      // Nobody answers the one that asks a person.
      const isAsked = argv[0] === 'run' && !argv.includes('--answers');
      expect([line, code, stderr]).toEqual([line, isAsked ? 3 : 0, expect.not.stringMatching(/error|warn/)]);
      if (to) await writeFile(join(cwd, to), stdout);
    }
  });
});

it('the file an editor is pointed to takes the line that points to it', () => {
  const named = { $schema: './workflow.schema.json', name: 'x', nodes: [], edges: [] };
  expect(readWorkflowFile(JSON.stringify(named), 'x.workflow.json').name).toBe('x');
  const exported = JSON.parse(read('packages/core/package.json')) as { exports: object; files: string[] };
  expect(exported.exports).toHaveProperty(['./workflow.schema.json']);
  expect(exported.files).toContain('workflow.schema.json');
});
