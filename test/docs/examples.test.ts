import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApp } from '@crmflow/core/open';
import { converse } from '@crmflow/core/testing';
import { serve } from '@crmflow/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerKinds } from '../../packages/core/src/nodes/wait.ts';
import { folder } from '../cli/kit.ts';

const read = (name: string) => readFileSync(`docs/${name}.md`, 'utf8');
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);

/** A server as it is on its first day, and the examples of a page as they are for it. */
async function served() {
  const { app, close } = await openApp({ ephemeral: true });
  onTestFinished(() => close());
  const serving = await serve({ app, port: 0, host: '127.0.0.1', version: '0.1.0' });
  onTestFinished(() => serving.close());
  return (code: string) => code.replaceAll('http://localhost:3001', serving.url);
}

it('docs/sockets.md shows a client that runs as it stands', async () => {
  const here = await served();
  const cwd = await folder();
  await mkdir(join(cwd, 'node_modules'));
  await symlink(
    join(process.cwd(), 'node_modules/socket.io-client'),
    join(cwd, 'node_modules/socket.io-client'),
  );
  await writeFile(join(cwd, 'client.mjs'), here(blocks(read('sockets'), 'js')[0]!));
  const client = spawn(process.execPath, ['client.mjs'], { cwd });
  const ended = once(client, 'close');
  onTestFinished(() => void client.kill());
  let said = '';
  client.stderr.on('data', (piece: Buffer) => (said += `refused: ${piece.toString()}`));
  await new Promise<void>((resolve) => {
    client.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (/^user 9\nbot /m.test(said) && said.includes('true\n')) resolve();
    });
    void ended.then(() => resolve());
  });
  expect(said).toMatch(/^user 9\nbot /m);
  expect(said).not.toContain('refused');
});

describe('docs/rest.md says what answers each kind of question', () => {
  const choices = [
    { id: 'red', label: 'Red wine' },
    { id: 'white', label: 'White wine' },
  ];
  const table = read('rest').split('## What answers a question')[1]!.split('\n## ')[0]!;
  const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
  const rows = [...table.matchAll(/^\| (`.*?) +\|.*\| (.*?) +\|$/gm)]
    .map(([, what, such]) => ({ what: quoted(what!), answers: quoted(such!) }))
    .filter(({ what }) => what[0] !== 'kind');

  it('and no other', () => {
    expect(new Set(rows.map(({ what }) => what[0]))).toEqual(new Set(answerKinds));
    for (const { answers } of rows) expect(answers.length).toBeGreaterThan(0);
  });

  const each = rows.flatMap(({ what: [kind, more], answers }) =>
    answers.map((answer) => [kind!, more, answer] as const),
  );
  it.each(each)('%s %s: %s', async (kind, more, answer) => {
    const data = {
      kind,
      prompt: 'Well?',
      ...(kind === 'choice' && { choices }),
      ...(more && { multiple: true }),
    };
    const { user, session } = await converse({
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'asked', type: 'listen', data: { ...data, saveAs: 'kept' } },
      ],
      edges: ['start -> asked'],
    });
    expect((await session()).wait).toMatchObject({ expects: { kind, ...(more && { multiple: true }) } });
    await user(answer);
    const { status, variables } = await session();
    expect(status).toBe('finished');
    const { kept } = variables as { kept: unknown };
    if (kind === 'choice') expect(kept).toEqual(CHOSEN[answer]);
    else if (kind === 'file') expect(kept).toMatchObject({ url: answer });
    else expect(kept).toEqual(READ[answer] ?? answer);
  });
});
const CHOSEN: Record<string, unknown> = {
  red: 'red',
  'Red wine': 'red',
  'red, white': ['red', 'white'],
  'Red wine, White wine': ['red', 'white'],
  none: [],
};
const READ: Record<string, unknown> = { yes: true, no: false, 4: 4, 12: 12, '-3': -3 };
