// Many conversations whose waits end at the same moment, and several processes that move them on; some are killed meanwhile.
// Each wait must end once. Prints how late they were: from the moment they were due until what came of it was stored.
// node chaos/waits.mjs [--sessions 10000] [--processes 2] [--kills 0] [--seed 1]
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openApp } from '@crmflow/core/open';
import { freshDatabase } from './fresh-database.mjs';
import { seeded } from './seeded.mjs';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '2' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});
const sessions = Number(values.sessions);
const processes = Number(values.processes);
const kills = Number(values.kills);
const random = seeded(Number(values.seed));
/** What the machine is given to begin a conversation, and then all of them together. */
const BEGIN_MS = 6;
const MOST_MS = 240_000;

const home = await freshDatabase();
const alive = new Set();
let killed = 0;
let isOver = false;
try {
  const due = await beginAll();
  const movers = Array.from({ length: processes }, () => keepMoving());
  await sleep(due - Date.now());
  for (; killed < kills; killed++) {
    await sleep(100 + random() * 400);
    [...alive].at(Math.floor(random() * alive.size))?.kill('SIGKILL');
  }
  await verify(due);
  isOver = true;
  for (const child of alive) child.kill('SIGTERM');
  await Promise.all(movers);
} finally {
  isOver = true;
  for (const child of alive) child.kill('SIGKILL');
  await home.remove();
}

/** Starts all of them; gives when they are due. */
async function beginAll() {
  const { app, owner, close } = await openApp(home.store);
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create({
    name: 'Waits',
    nodes: [
      { id: 'start', type: 'trigger', data: { inputs: [{ name: 'due', type: 'text', required: true }] } },
      { id: 'wait', type: 'logic', data: { kind: 'until', at: '{{ due }}' } },
      { id: 'reminder', type: 'speak', data: { text: 'It is time.' } },
    ],
    edges: [
      { sourceNodeId: 'start', targetNodeId: 'wait' },
      { sourceNodeId: 'wait', targetNodeId: 'reminder' },
    ],
  });
  const due = Date.now() + 3_000 + sessions * BEGIN_MS;
  const begin = () => api.sessions.start({ workflowId, variables: { due: new Date(due).toISOString() } });
  for (let begun = 0; begun < sessions; begun += 100)
    await Promise.all(Array.from({ length: Math.min(100, sessions - begun) }, begin));
  await close();
  if (Date.now() > due) throw new Error('It took too long to begin them; nothing is measured.');
  return due;
}

/** One process that moves on what is due, and after it is killed another one. */
async function keepMoving() {
  while (!isOver) {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('mover.mjs', import.meta.url)), JSON.stringify(home.store)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'ready') alive.add(child);
      // All was done before this one was there.
      if (isOver) child.kill('SIGTERM');
    }
    await ended;
    alive.delete(child);
  }
}

async function verify(due) {
  const { app, owner, close } = await openApp(home.store);
  const api = app.as(owner);
  const open = async () =>
    (await api.sessions.list({ status: 'waiting', limit: 1 })).items.length +
    (await api.sessions.list({ status: 'running', limit: 1 })).items.length;
  while ((await open()) > 0 && Date.now() < due + MOST_MS) await sleep(250);
  const late = [];
  const failures = [];
  for (let cursor; ;) {
    const page = await api.sessions.list({ limit: 100, cursor });
    for (const { id, status, updatedAt } of page.items) {
      const { items } = await api.sessions.messages({ id });
      const said = items.map(({ text }) => text).join();
      if (status !== 'finished' || said !== 'It is time.') failures.push(`${id}: ${status}, said: ${said}`);
      late.push(Date.parse(updatedAt) - due);
    }
    cursor = page.nextCursor ?? undefined;
    if (cursor === undefined) break;
  }
  await close();
  late.sort((a, b) => a - b);
  const at = (part) => late[Math.min(late.length - 1, Math.floor(part * late.length))];
  const lateMs = { first: at(0), p50: at(0.5), p99: at(0.99), last: at(1) };
  console.log(
    JSON.stringify({ sessions: late.length, processes, killed, lateMs, failures: failures.length }),
  );
  if (failures.length || late.length !== sessions) {
    console.error(failures.slice(0, 5).join('\n') || 'Not enough sessions.');
    process.exitCode = 1;
  }
}
