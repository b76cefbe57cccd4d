import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entries } from '@crmflow/core/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmflow, folder, lines } from './kit.ts';
import { startServe, type Serve } from './served.ts';

const waiting = `
name: Papers
nodes:
  - { id: start, type: trigger }
  - { id: ask, type: listen, data: { kind: file, prompt: "Your papers?", saveAs: papers } }
edges: [start -> ask]
`;
let server: Serve;
let cwd: string;
beforeAll(async () => {
  server = await startServe('--ephemeral');
  cwd = await folder();
  await writeFile(join(cwd, 'papers.workflow.yaml'), waiting);
  await writeFile(join(cwd, 'papers.txt'), 'my papers');
  const login = `login --register --server ${server.url} --email ada@example.com`;
  await crmflow(login, { cwd, stdin: 'correct horse battery' });
});
afterAll(async () => {
  await server.stop();
});

const call = (words: readonly string[], stdin?: string) =>
  crmflow(['call', ...words], { cwd, ...(stdin !== undefined && { stdin }) });
async function answerOf(words: readonly string[], stdin?: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await call(words, stdin);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('call', () => {
  it('lists every operation', async () => {
    const { stdout } = await call([]);
    expect(lines(stdout).map((line) => line.split('\t')[0])).toEqual(
      entries.map(({ noun, verb }) => `${noun}.${verb}`),
    );
  });

  it.each(entries.map(({ noun, verb, op }) => [`${noun}.${verb}`, op] as const))(
    'prints what %s takes, as JSON Schema with its example',
    async (name, { example }) => {
      const { code, stdout } = await call([name, '--help']);
      expect(code).toBe(0);
      const [, schema] = /\nInput:\n(\{[^]*\})\n/.exec(stdout)!;
      expect(JSON.parse(schema!)).toMatchObject({ type: 'object' });
      if (example !== undefined) {
        const [, shown] = /--json-input '(.*)'\n\nInput/.exec(stdout)!;
        expect(JSON.parse(shown!.replaceAll("'\\''", "'"))).toEqual(example);
      }
    },
  );

  it('takes an input by fields, as JSON, from stdin, and fields on top of JSON', async () => {
    const byFields = ['workflows.create', 'name=7', 'isPublic=true', 'nodes=[{"type":"trigger"}]'];
    const made = await answerOf(byFields);
    expect(made).toMatchObject({ name: '7', isPublic: true, nodes: [{ type: 'trigger' }] });
    const json = JSON.stringify({ name: 'Piped', isPublic: true });
    expect(await answerOf(['workflows.create', '-'], json)).toMatchObject({ name: 'Piped', isPublic: true });
    expect(await answerOf(['workflows.create', '--json-input', json, 'name=Two=2'])).toMatchObject({
      name: 'Two=2',
      isPublic: true,
    });
    expect(await answerOf(['workflows.list', 'limit=1'])).toMatchObject({ items: [{ name: 'Two=2' }] });
    expect(await answerOf(['workflows.remove', `id=${String(made.id)}`])).toEqual({});
  });

  it('sends a file, and gives one back in base64', async () => {
    const { stdout: id } = await crmflow('workflows create papers.workflow.yaml', { cwd });
    const { session } = await answerOf(['sessions.start', `workflowId=${id.trim()}`]);
    const { id: sessionId } = session as { id: string };
    const turn = await answerOf(['sessions.upload', `id=${sessionId}`, 'file=@papers.txt']);
    expect(turn).toMatchObject({ session: { status: 'finished' } });
    const { url } = (turn.session as { variables: { papers: { url: string } } }).variables.papers;
    const fileId = url.split('/').at(-1)!;
    const file = await answerOf(['sessions.file', `id=${sessionId}`, `fileId=${fileId}`]);
    expect(file).toMatchObject({ name: 'papers.txt' });
    expect(Buffer.from(String(file.bytes), 'base64')).toEqual(await readFile(join(cwd, 'papers.txt')));
  });

  it.each([
    [['workflow.list'], 1, 'There is no operation workflow.list. Did you mean workflows.list?'],
    [['workflows.list', 'limit'], 2, 'limit: write it as name=value.'],
    [['workflows.create', 'name=x', 'nodes=many'], 2, 'nodes: many is no JSON, and a text it cannot be.'],
    [['workflows.create', '--json-input', '[]'], 2, 'The input is no JSON object.'],
    [['workflows.create', '-', '--json-input', '{}'], 2, '- and --json-input are two inputs.'],
    [['knowledge.pdf', 'file=x.pdf'], 2, 'file is a file: write file=@path.'],
    [['knowledge.pdf', 'file=@nothing.pdf'], 2, 'nothing.pdf is not there.'],
    [['workflows.create', '__proto__=x', 'name=y'], 2, ''],
    [['users.list'], 4, 'only for whoever runs this installation.'],
  ])('refuses %j', async (words, code, sentence) => {
    const heard = await call(words);
    expect(heard.code).toBe(code);
    expect(heard.stderr).toContain(sentence);
  });

  it('says in its help when there is no such operation', async () => {
    expect((await call(['workflows.crate', '--help'])).stdout).toContain(
      'There is no operation workflows.crate. Did you mean workflows.create?',
    );
  });
});
