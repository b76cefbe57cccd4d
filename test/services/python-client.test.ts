import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pdfOf } from '../knowledge/pdf.ts';
import { served } from '../sockets/document-kit.ts';

type Heard = [string, Record<string, unknown>][];

/** Debian's python3-socketio belongs to this interpreter, not to the first one in the path. */
const PYTHON = '/usr/bin/python3';
const script = fileURLToPath(new URL('./python/walk.py', import.meta.url));

async function run(args: readonly string[], input: Uint8Array): Promise<string> {
  const child = spawn(PYTHON, [script, ...args]);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  const [out, talk, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  // It may talk though all is well: without python3-websocket it says that it polls.
  if (code !== 0) throw new Error(talk);
  return out;
}

it('serves a python3-socketio client that knows the document and nothing else', async () => {
  const { url, pageUrl } = await served();
  const out = await run([url, pageUrl], pdfOf('Deliveries take two working days.'));
  const { owner, guest, stranger } = JSON.parse(out) as Record<'owner' | 'guest' | 'stranger', Heard>;
  const step = (nodeId: string) => [
    ['node:execution_complete', nodeId],
    ['workflow:node_activated', undefined],
  ];
  const names = (heard: Heard) =>
    heard.filter(([name]) => name !== 'ai:chunk').map(([name, { nodeId }]) => [name, nodeId]);
  const expected = [
    ['session:started', undefined],
    ...step('t'),
    ...step('s'),
    ['system:waiting_for_input', 'l'],
    ...step('l'),
    ['ai:processing_start', 'a'],
    ['ai:processing_end', 'a'],
    ['node:execution_complete', 'a'],
    ['workflow:finished', undefined],
  ];
  expect(names(owner)).toEqual(expected);
  expect(names(guest)).toEqual(expected);
  expect(owner.at(-1)).toMatchObject([
    'workflow:finished',
    { completedNodes: 4, variables: { question: expect.any(String) } },
  ]);
  expect(guest.at(-1)![1]).not.toHaveProperty('variables');
  const said = owner.flatMap(([name, { chunk }]) => (name === 'ai:chunk' ? [chunk] : [])).join('');
  expect(said).toContain('all cards');
  expect(stranger).toMatchObject([['error:api', { message: expect.any(String) }]]);
});
