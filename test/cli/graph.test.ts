import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mermaid, nodeKinds, readWorkflowFile, workflowJsonSchema } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import { commandTree } from '../../packages/cli/src/commands/tree.ts';
import { crmflow, folder, lines } from './kit.ts';

const node = (id: string, type: 'trigger' | 'speak' | 'listen' | 'logic', label = '') => ({
  ...{ id, type, label, positionX: 0, positionY: 0, data: {} },
});
const edge = (sourceNodeId: string, targetNodeId: string, sourcePort = 'out') => ({
  ...{ id: `${sourceNodeId}-${targetNodeId}`, sourceNodeId, sourcePort, targetNodeId },
});

describe('a graph as Mermaid', () => {
  it('gives each type its shape, and ports their names', () => {
    const nodes = [node('start', 'trigger'), node('ask', 'listen', 'Your name?'), node('end', 'logic')];
    const edges = [edge('start', 'ask'), edge('ask', 'end', 'invalid'), edge('ask', 'nowhere')];
    expect(mermaid({ nodes, edges })).toBe(
      [
        'flowchart TD',
        '  n0(["start"])',
        '  n1[/"Your name?"/]',
        '  n2{"end"}',
        '  n0 --> n1',
        '  n1 -->|"invalid"| n2',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['say "hi"', '"say #34;hi#34;"'],
    ['<img src=x onerror=alert(1)>', '"#60;img src#61;x onerror#61;alert(1)#62;"'],
    ['#35; `code` [a] {b} |c|', '"#35;35#59; #96;code#96; #91;a#93; #123;b#125; #124;c#124;"'],
    ['two\nlines; end', '"two#10;lines#59; end"'],
    ['1. first', '"1#46; first"'],
    ['- first', '"#45; first"'],
    ['Grüße 你好 😀', '"Grüße 你好 #128512;"'],
  ])('writes the label %j so that it stays a label', (label, written) => {
    expect(mermaid({ nodes: [node('a', 'speak', label)], edges: [] })).toBe(
      `flowchart TD\n  n0[${written}]\n`,
    );
  });
});

describe('the JSON Schema of workflow files', () => {
  const schema = workflowJsonSchema() as {
    $defs: Record<string, { properties: Record<string, object>; description: string }>;
    properties: Record<string, { items?: { properties: object; allOf: object[] } }>;
  };

  it('completes the data of every kind of node', () => {
    for (const { type, kind, summary } of nodeKinds)
      expect(schema.$defs[`${type}.${kind}`]).toMatchObject({
        description: summary,
        properties: { kind: { const: kind } },
      });
    expect(Object.keys(schema.$defs['listen.number']!.properties)).toEqual(
      expect.arrayContaining(['prompt', 'saveAs', 'min', 'max', 'step', 'maxAttempts']),
    );
  });

  it('knows what stands in the file around them', () => {
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['$schema', 'name', 'settings', 'knowledge', 'nodes', 'edges']),
    );
    expect(schema.properties.nodes!.items!.allOf).toHaveLength(6);
  });

  it('refers only to what it holds', () => {
    const names = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(Object.keys(schema.$defs)).toEqual(expect.arrayContaining(names));
  });

  it('is printed by `workflows schema`', async () => {
    const { code, stdout } = await crmflow('workflows schema');
    expect({ code, schema: JSON.parse(stdout) as unknown }).toEqual({ code: 0, schema });
  });
});

describe('workflows graph, export and validate', () => {
  it('read a file or a template without a database', async () => {
    const cwd = await folder();
    const { stdout: exported } = await crmflow('workflows export feedback --ephemeral');
    await writeFile(join(cwd, 'mine.workflow.yaml'), exported);
    expect(readWorkflowFile(exported, 'mine.workflow.yaml')).toMatchObject({ name: 'Feedback' });
    const [drawn, checked] = await Promise.all([
      crmflow('workflows graph mine.workflow.yaml', { cwd, env: { CRMFLOW_DATA_DIR: '/dev/null' } }),
      crmflow('workflows validate mine.workflow.yaml', { cwd, env: { CRMFLOW_DATA_DIR: '/dev/null' } }),
    ]);
    expect(drawn).toMatchObject({ code: 0, stderr: '' });
    expect(drawn.stdout).toMatch(/^flowchart TD\n/);
    expect(checked).toEqual({ code: 0, stdout: '', stderr: 'mine.workflow.yaml: nothing is wrong.\n' });
  });

  it('names the line at which a problem stands: of a field, a node, an edge and a setting', async () => {
    const cwd = await folder();
    const yaml = [
      'name: Lines',
      'settings: { country: DE }',
      'nodes:',
      '  - id: start',
      '    type: trigger',
      '  - id: ask',
      '    type: listen',
      '    data:',
      '      saveAs: x',
      '      prompt: >',
      '        Hello {{ nam }}',
      '  - { id: say, type: speak, data: { text: "{{ nobody }}" } }',
      '  - { id: away, type: speak, data: { text: Never } }',
      'edges:',
      '  - start -> ask',
      '  - ask.oops -> say',
      '  - { sourceNodeId: say, targetNodeId: nowhere }',
    ].join('\n');
    await writeFile(join(cwd, 'lines.workflow.yaml'), yaml);
    const lineOf = async (file: string) =>
      lines((await crmflow(`workflows validate ${file}`, { cwd })).stdout)
        .filter((line) => line.includes('\terror\t') || line.includes('away'))
        .map((line) => line.split('\t')[0]);
    const at = (...numbers: number[]) => numbers.map((line) => `lines.workflow.yaml:${line}`);
    expect((await lineOf('lines.workflow.yaml')).sort()).toEqual(at(10, 12, 13, 16, 17).sort());
    await writeFile(join(cwd, 'lines.workflow.yaml'), yaml.replace('country:', 'contry:'));
    expect(await lineOf('lines.workflow.yaml')).toEqual(at(2));
    // What a node calls its own as the file does.
    const named =
      'name: N\nnodes:\n  - id: a\n    type: integration\n    data:\n      kind: crm_contact\n      service: hubspot\n      name: "{{ y }}"\n';
    await writeFile(join(cwd, 'lines.workflow.yaml'), `${named}edges: []\n`);
    expect(await lineOf('lines.workflow.yaml')).toContain('lines.workflow.yaml:8');
    const json = JSON.stringify(
      { name: 'x', nodes: [{ id: 'a', type: 'speak', data: { text: '{{ y }}' } }], edges: [] },
      null,
      1,
    );
    await writeFile(join(cwd, 'lines.workflow.json'), json);
    expect(await lineOf('lines.workflow.json')).toContain('lines.workflow.json:8');
  });

  it('names the fields of a file that is no workflow', async () => {
    const cwd = await folder();
    await writeFile(
      join(cwd, 'odd.workflow.yaml'),
      'name: Odd\nnodes: [{ id: a, type: speaks }]\nedges: []\n',
    );
    await writeFile(join(cwd, 'torn.workflow.json'), '{"name": ');
    await writeFile(join(cwd, 'colon.workflow.yaml'), 'name: Colon\nnodes: [{ text: I see: that }]\n');
    await writeFile(
      join(cwd, 'calls.workflow.yaml'),
      'name: Calls\nnodes: [{ id: start, type: trigger }, { id: c, type: logic, data: { kind: subflow, workflow: ./gone.workflow.yaml } }]\nedges: [start -> c]\n',
    );
    const { code, stdout } = await crmflow(
      'workflows validate odd.workflow.yaml calls.workflow.yaml torn.workflow.json colon.workflow.yaml --json',
      { cwd },
    );
    expect({ code, found: JSON.parse(stdout) as unknown }).toEqual({
      code: 2,
      found: {
        items: [
          {
            workflow: 'odd.workflow.yaml',
            severity: 'error',
            nodeId: 'a',
            field: 'nodes.0.type',
            line: 2,
            message: 'it must be one of trigger, speak, listen, ai, logic, integration. Did you mean speak?',
          },
          {
            workflow: 'calls.workflow.yaml',
            severity: 'error',
            message: expect.stringMatching(/gone\.workflow\.yaml is not there/) as string,
          },
          {
            workflow: 'torn.workflow.json',
            severity: 'error',
            message: expect.stringContaining('torn.workflow.json cannot be read') as string,
          },
          {
            workflow: 'colon.workflow.yaml',
            severity: 'error',
            message: expect.stringMatching(
              /line 2, .* A text that holds a colon stands in quotes\.$/,
            ) as string,
          },
        ],
      },
    });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('of %s knows every command and its verbs', async (shell) => {
    const { code, stdout } = await crmflow(`completion ${shell}`);
    expect(code).toBe(0);
    for (const command of await commandTree()) {
      const verbs = command.commands.map((verb) => verb.name());
      const options = [command, ...command.commands].flatMap(({ options }) =>
        options.flatMap(({ long }) => long!),
      );
      for (const word of [command.name(), ...verbs, ...options]) expect(stdout).toContain(word);
    }
  });

  it('completes a verb in bash', async () => {
    const { stdout: script } = await crmflow('completion bash');
    const typed = 'COMP_WORDS=(crmflow workflows va); COMP_CWORD=2; _crmflow; echo "${COMPREPLY[*]}"';
    expect(execFileSync('bash', ['-c', `${script}\n${typed}`], { encoding: 'utf8' })).toBe('validate\n');
  });

  it('refuses another shell', async () => {
    expect(await crmflow('completion tcsh')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: There is no completion for tcsh. There is one for bash, zsh and fish.\n',
    });
  });
});
