// Many conversations at once in a process that is killed again and again: nothing acknowledged may be lost, nothing asked twice.
// With several talkers, each holds every conversation: they send the same answers at the same time.
// node chaos/kill.mjs [--store embedded|postgres] [--talkers 1] [--sessions 200] [--kills 30] [--seed 1]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openApp } from '@crmflow/core/open';
import { scripts } from './scripts.mjs';
import { freshDatabase } from './fresh-database.mjs';
import { seeded } from './seeded.mjs';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'embedded' },
    talkers: { type: 'string', default: '1' },
    sessions: { type: 'string', default: '200' },
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});
const sessions = Number(values.sessions);
const talkers = Number(values.talkers);
const kills = Number(values.kills);
const random = seeded(Number(values.seed));

const home = await (values.store === 'postgres' ? freshDatabase() : embedded());
const ids = new Map();
const heard = new Map();
const alive = new Set();
let killed = 0;
try {
  await Promise.all(Array.from({ length: talkers }, (_, seat) => keepTalking(seat)));
  await verify();
} finally {
  for (const child of alive) child.kill('SIGKILL');
  await home.remove();
}

/** The first one starts the conversations; the others come in when they are all there. */
async function keepTalking(seat) {
  while (seat > 0 && ids.size < sessions) await sleep(50);
  while (!(await talk())) killed += 1;
}

/** Lets a talker work until it is done, or is killed. True when it was done. */
async function talk() {
  const slots = Array.from({ length: sessions }, (_, slot) => ({ slot, id: ids.get(slot) }));
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('talker.mjs', import.meta.url)),
      JSON.stringify({ store: home.store, slots, isAlone: talkers === 1 }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  alive.add(child);
  let isDone = false;
  let timer;
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, slot, what] = line.split(' ');
    if (word === 'ready' && killed < kills)
      timer = setTimeout(() => child.kill('SIGKILL'), 5 + random() * 2 * sessions);
    if (word === 'started') ids.set(Number(slot), what);
    if (word === 'heard') heard.set(Number(slot), Math.max(Number(what), heard.get(Number(slot)) ?? 0));
    if (word === 'done') isDone = true;
  }
  clearTimeout(timer);
  const { code, signal } = await ended;
  alive.delete(child);
  if (!isDone && signal !== 'SIGKILL') throw new Error(`the talker ended by itself with ${code}`);
  return isDone;
}

async function verify() {
  const expected = await undisturbed();
  const { app, owner, close } = await openApp(home.store);
  const api = app.as(owner);
  const failures = [];
  for (const [slot, id] of ids) {
    const { items } = await api.sessions.messages({ id });
    const talked = items.map(({ from, text }) => `${from}: ${text}`).join('\n');
    if (talked !== expected[slot % scripts.length]) failures.push(`session ${slot}:\n${talked}`);
    const said = items.filter(({ from }) => from === 'user').length;
    if (said <= (heard.get(slot) ?? -1)) failures.push(`session ${slot}: an acknowledged answer is lost`);
    const { items: events } = await api.sessions.events({ id, limit: 1000 });
    if (events.some(({ seq }, at) => seq !== at + 1)) failures.push(`session ${slot}: a gap in seq`);
  }
  await close();
  const table = { store: values.store, talkers, sessions: ids.size, killed, failures: failures.length };
  console.log(JSON.stringify(table));
  if (failures.length || ids.size !== sessions || killed < kills) {
    console.error(failures.slice(0, 5).join('\n\n') || 'Not enough sessions or kills.');
    process.exitCode = 1;
  }
}

/** The transcripts of the same conversations with nobody in the way. */
async function undisturbed() {
  const { app, owner, close } = await openApp({ ephemeral: true });
  const api = app.as(owner);
  const transcripts = [];
  for (const { workflowId, answers } of scripts) {
    const {
      session: { id },
    } = await api.sessions.start({ workflowId });
    for (const message of answers) {
      const { status } = await api.sessions.get({ id });
      if (status === 'waiting') await api.sessions.send({ id, message });
    }
    const { status } = await api.sessions.get({ id });
    if (status !== 'finished') throw new Error(`the script of ${workflowId} does not reach its end`);
    const { items } = await api.sessions.messages({ id });
    transcripts.push(items.map(({ from, text }) => `${from}: ${text}`).join('\n'));
  }
  await close();
  return transcripts;
}

function embedded() {
  const dataDir = mkdtempSync(join(tmpdir(), 'crmflow-chaos-'));
  return { store: { dataDir }, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
}
