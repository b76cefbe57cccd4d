// What happens to a data folder.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import { CRMFlow } from '@crmflow/sdk';
import { asksOn } from '../kit/flows.mjs';
import { folder } from '../kit/processes.mjs';
import { startServer } from '../kit/server.mjs';
import { EMBEDDED, expectations, scenario, stage, until } from '../kit/stage.mjs';

/** Rows that build their own place. */
const alone = ({ name, title }, work) => ({
  name,
  title,
  async run(context) {
    const { breaches, expect } = expectations();
    return { observed: await work({ expect, context }), breaches };
  },
});

export const FOLDERS = [
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
      const from = performance.now();
      await server.begin();
      const { pid } = JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'));
      expect('the lock is of the new process', pid, server.pid);
      return `the folder of a process that is dead was taken at once (${((performance.now() - from) / 1_000).toFixed(1)} s with the start)`;
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
    return await onSmallDisk(
      await stage({ on: EMBEDDED, dataDir: join(dir, 'data') }),
      join(dir, 'ballast'),
      expect,
    );
  } finally {
    execFileSync('umount', ['-l', dir]);
  }
}

async function onSmallDisk({ server, owner, flow, close }, ballast, expect) {
  const { id } = (await owner.sessions.start({ workflowId: await flow(...asksOn) })).session;
  const say = (message) => owner.sessions.send({ id, message }, { retries: 0 });
  let acknowledged = 0;
  let refusal = null;
  while (acknowledged < 5_000 && !refusal) {
    if (acknowledged === 50) fill(ballast);
    await say('x'.repeat(1_900)).then(
      () => (acknowledged += 1),
      // A quick machine says more in a second than one may.
      (cause) => (cause.code === 'rate_limited' ? sleep(1_000) : (refusal = cause)),
    );
  }
  expect('how it is refused', refusal?.code, 'unavailable');
  rmSync(ballast);
  const isTaken = () =>
    say('room again').then(
      () => true,
      () => false,
    );
  await until('it goes on when there is room', isTaken);
  await server.kill();
  await server.begin();
  let stored = 0;
  for await (const { from } of owner.sessions.messages.all({ id })) if (from === 'user') stored += 1;
  expect('acknowledged and lost', Math.max(0, acknowledged + 1 - stored), 0);
  await close();
  return `refused after ${acknowledged} messages: ${refusal?.message} With room it went on without a restart; nothing acknowledged was lost`;
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
