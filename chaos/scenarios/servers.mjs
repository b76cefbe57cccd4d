// What happens to servers and to the machine they run on.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import { CRMFlow } from '@crmflow/sdk';
import { startBalancer } from '../kit/balancer.mjs';
import { folder } from '../kit/processes.mjs';
import { answerTo } from '../kit/provider.mjs';
import { startServer } from '../kit/server.mjs';
import { asksOn, EMBEDDED, expectations, isWithoutGap, POSTGRES, scenario, until } from '../kit/stage.mjs';
import { clientOf } from '../kit/visitors.mjs';

const BOTH = [POSTGRES, EMBEDDED];
const DAY_MS = 86_400_000;
const QUESTION = 'your prices';
const asksModel = [
  [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'ask', type: 'listen', data: { prompt: 'What?', saveAs: 'what' } },
    { id: 'answer', type: 'ai', data: { knowledge: false, history: 0, question: '{{ what }}' } },
  ],
  ['start -> ask', 'ask -> answer'],
];
const waits = (duration) => [
  [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'wait', type: 'logic', data: { kind: 'delay', for: duration } },
    { id: 'end', type: 'speak', data: { text: 'It is time.' } },
  ],
  ['start -> wait', 'wait -> end'],
];
const statusOf = async ({ owner }, id) => (await owner.sessions.get({ id })).status;
const finished = (place, id, mostMs) =>
  until('the session comes to its end', async () => (await statusOf(place, id)) === 'finished', mostMs);

/** Starts as many sessions. */
async function startMany({ owner, flow }, sessions) {
  const workflowId = await flow(...asksOn);
  const started = await Promise.all(
    Array.from({ length: sessions }, () => owner.sessions.start({ workflowId })),
  );
  return started.map(({ session: { id } }) => id);
}
/** Says one thing after the other, until it is refused; gives how much was acknowledged. */
async function talkUntilRefused({ owner }, id) {
  for (let acknowledged = 0; ; acknowledged++)
    try {
      await owner.sessions.send({ id, message: `${acknowledged}` }, { retries: 0 });
    } catch {
      return { id, acknowledged };
    }
}
async function compare({ lines, expect }, talked) {
  for (const { id, acknowledged } of talked) {
    const stored = (await lines(id)).filter((line) => line.startsWith('user: ')).length;
    // What was cut off before its acknowledgement may be stored or not.
    expect(`${acknowledged} acknowledged, lost of them`, Math.max(0, acknowledged - stored), 0);
    expect('processed twice', Math.max(0, stored - acknowledged - 1), 0);
  }
  return talked.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}

/** Rows that build their own place. */
const alone = ({ name, title }, work) => ({
  name,
  title,

  async run(context) {
    const { breaches, expect } = expectations();
    return { observed: await work({ expect, context }), breaches };
  },
});

export const SERVERS = [
  ...scenario(
    { name: 'owner-killed', title: 'two servers, and the one that works on a session is killed', servers: 2 },
    async (place) => {
      const { servers, flow, provider, events, lines, expect } = place;
      const balancer = await startBalancer(servers);
      provider.behave = () => 'stall';
      // The balancer gives the first line to the first server, and the next to the other.
      const session = await clientOf(balancer.url, 1).start({ workflowId: await flow(...asksModel) });
      const other = clientOf(servers[0].url, 2, { sessionTokens: { [session.id]: session.token } });
      other.sessions.send({ id: session.id, message: QUESTION }, { retries: 0 }).catch(() => undefined);
      await until('a piece of the answer', async () =>
        (await events(session.id)).some(({ type }) => type === 'ai:chunk'),
      );
      const from = performance.now();
      await servers[0].kill();
      provider.behave = () => 'good';
      const heard = [];
      for await (const event of session) heard.push(event);
      balancer.close();
      await servers[0].begin();
      expect('heard once, in order', isWithoutGap(heard));
      expect('one answer', (await lines(session.id)).at(-1), `bot: ${answerTo(QUESTION)}`);
      return `the other took it over when its lease ended; the visitor heard the end ${Math.round((performance.now() - from) / 1_000)} s after the kill`;
    },
  ),
  ...scenario(
    {
      name: 'second-process',
      title: 'a second process on the same data folder',
      on: [EMBEDDED],
      inShort: [EMBEDDED],
    },
    async ({ given, server, owner, flow, lines, expect }) => {
      const second = await startServer(given);
      const refusal = await second.begin().then(
        () => 'it was served twice',
        ({ message }) => message,
      );
      expect(
        'it is refused, and told who has the folder',
        /CRMFlow serves .* already|is in use by process/.test(refusal),
      );
      const { id } = (await owner.sessions.start({ workflowId: await flow(...asksOn) })).session;
      await owner.sessions.send({ id, message: 'still here' });
      await server.kill();
      await server.begin();
      expect('what the first acknowledged', (await lines(id)).includes('user: still here'));
      return 'refused with who has it; the first went on and lost nothing';
    },
  ),
  ...scenario(
    { name: 'stale-lock', title: 'a lock left behind by kill -9', on: [EMBEDDED] },
    async ({ server, dataDir, expect }) => {
      await server.kill();
      const left = JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'));
      const from = performance.now();
      await server.begin();
      const { pid } = JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'));
      expect('the lock is of the new process', pid, server.pid);
      return `the folder of the dead process ${left.pid === pid ? '' : 'was '}taken over at once (${((performance.now() - from) / 1_000).toFixed(1)} s with the start)`;
    },
  ),
  ...scenario(
    {
      name: 'clock',
      title: 'the clock a day forward, and two days back',
      on: BOTH,
      preload: ['clock'],
    },
    async (place) => {
      const { owner, flow, events, setClock, expect } = place;
      const hour = (await owner.sessions.start({ workflowId: await flow(...waits({ hours: 1 })) })).session
        .id;
      const talk = (await owner.sessions.start({ workflowId: await flow(...asksOn) })).session.id;
      const say = (message) => owner.sessions.send({ id: talk, message });
      await say('before');
      setClock(DAY_MS);
      await finished(place, hour);
      await say('a day ahead');
      setClock(-DAY_MS);
      await sleep(300);
      await say('a day behind');
      const moment = (await owner.sessions.start({ workflowId: await flow(...waits({ seconds: 1 })) }))
        .session.id;
      await finished(place, moment);
      setClock(0);
      await sleep(300);
      await say('as before');
      const all = await events(talk);
      expect('no gap in seq', isWithoutGap(all));
      expect('said', all.filter(({ message }) => message?.from === 'user').length, 4);
      return 'a wait of an hour ended at once when the clock went ahead; conversations and new waits went on in both directions';
    },
  ),
  ...scenario(
    { name: 'sigterm', title: 'SIGTERM while 40 sessions talk', on: BOTH, inShort: [POSTGRES] },
    async (place) => {
      const { server, expect } = place;
      const ids = await startMany(place, 40);
      const talking = Promise.all(ids.map((id) => talkUntilRefused(place, id)));
      await sleep(2_000);
      const from = performance.now();
      server.signal('SIGTERM');
      const { code } = await server.ended;
      const seconds = ((performance.now() - from) / 1_000).toFixed(1);
      const talked = await talking;
      await server.begin();
      expect('exit code', code, 0);
      return `ended with 0 after ${seconds} s; ${await compare(place, talked)} acknowledged, none lost`;
    },
  ),
  ...scenario(
    { name: 'second-sigterm', title: 'a second SIGTERM while it waits for what is at work', on: BOTH },
    async (place) => {
      const { server, flow, owner, provider, lines, events, expect } = place;
      provider.behave = () => 'stall';
      const { id } = (await owner.sessions.start({ workflowId: await flow(...asksModel) })).session;
      owner.sessions.send({ id, message: QUESTION }, { retries: 0 }).catch(() => undefined);
      await until('a piece of the answer', async () =>
        (await events(id)).some(({ type }) => type === 'ai:chunk'),
      );
      server.signal('SIGTERM');
      await sleep(1_000);
      const from = performance.now();
      server.signal('SIGTERM');
      const { code } = await server.ended;
      const ms = Math.round(performance.now() - from);
      provider.behave = () => 'good';
      await server.begin();
      await finished(place, id, 90_000);
      expect('exit code', code, 143);
      expect('one answer', (await lines(id)).at(-1), `bot: ${answerTo(QUESTION)}`);
      return `ended with 143 after ${ms} ms; what was at work was done after the next start`;
    },
  ),
  alone({ name: 'disk-full', title: 'the disk is full, then has room again (embedded)' }, diskFull),
  alone({ name: 'upgrade', title: 'a data folder of 0.1.0 with sessions that wait (embedded)' }, upgrade),
];

/** On a small disk of its own, which takes the right to mount one. */
async function diskFull({ expect }) {
  const dir = folder('disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return 'not tried: this user may not mount a small disk';
  }
  try {
    const dataDir = join(dir, 'data');
    mkdirSync(dataDir);
    const ballast = join(dir, 'ballast');
    const server = await (await startServer({ args: ['--data-dir', dataDir] })).begin();
    const owner = clientOf(server.url, 1, { retries: 0 });
    await owner.register({ email: 'owner@example.com', password: 'correct horse battery' });
    const { id: workflowId } = await owner.workflows.create({
      name: 'Asks',
      nodes: asksOn[0],
      edges: [
        ['start', 'ask'],
        ['ask', 'ask'],
      ].map(([sourceNodeId, targetNodeId]) => ({ sourceNodeId, targetNodeId })),
    });
    const { id } = (await owner.sessions.start({ workflowId })).session;
    let acknowledged = 0;
    let refusal = null;
    while (acknowledged < 5_000 && !refusal) {
      if (acknowledged === 50) fill(ballast);
      await owner.sessions.send({ id, message: 'x'.repeat(1_900) }).then(
        () => acknowledged++,
        (cause) => (refusal = cause),
      );
    }
    expect('how it is refused', refusal?.code, 'unavailable');
    rmSync(ballast);
    await until('it goes on when there is room', () =>
      owner.sessions.send({ id, message: 'room again' }).then(
        () => true,
        () => false,
      ),
    );
    await server.kill();
    await server.begin();
    let stored = 0;
    for await (const { from } of owner.sessions.messages.all({ id })) if (from === 'user') stored += 1;
    expect('acknowledged and lost', Math.max(0, acknowledged + 1 - stored), 0);
    await server.kill();
    return `refused after ${acknowledged} messages: ${refusal?.message}; with room it went on without a restart, nothing acknowledged was lost`;
  } finally {
    execFileSync('umount', ['-l', dir]);
  }
}

/** Takes what room there is. */
function fill(path) {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=64k'], { stdio: 'ignore' });
  } catch {
    // That is what it is for.
  }
}

async function upgrade({ expect }) {
  const dataDir = folder('upgrade');
  const packed = readFileSync(new URL('../../test/fixtures/data-0.1.0.tar.br', import.meta.url));
  execFileSync('tar', ['-C', dataDir, '-xf', '-'], { input: brotliDecompressSync(packed) });
  const server = await startServer({ args: ['--data-dir', dataDir] });
  // Its sessions are of the person at this machine, who shows the token that stands beside the data.
  const operator = () =>
    new CRMFlow({
      url: server.url,
      token: JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')).token,
    });
  await server.begin();
  await server.kill();
  await server.begin();
  const { sessions } = operator();
  const { items } = await sessions.list({ status: 'waiting' });
  const lead = '313944ad7a4735dd77d9f8f7213139f3';
  expect(
    'it still waits',
    items.some(({ id }) => id === lead),
  );
  for (const message of ['6500', 'later']) await sessions.send({ id: lead, message });
  const { status, outcome } = await sessions.get({ id: lead });
  expect('how it ends', [status, outcome], ['finished', 'nurture']);
  await server.kill();
  return `${items.length} sessions waited in it and one was held to its end, after a kill in between`;
}
