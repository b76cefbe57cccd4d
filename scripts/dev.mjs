// `npm run dev -- <command>`: set-up, then crmflow, started again whenever a source, a template or the schema changes.
import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join, sep } from 'node:path';
import { root, runProgram, say } from './root.mjs';
import { setup } from './setup.mjs';

const WATCHED = [
  'packages/core/src',
  'packages/server/src',
  'packages/sdk/src',
  'packages/cli/src',
  'packages/core/templates',
  'prisma',
];
const SETTLE_MS = 150;
const MAIN = join(root, 'packages', 'cli', 'dist', 'main.js');

await runProgram(async (args) => {
  let child;
  let timer;
  let turn = Promise.resolve();
  const restart = () =>
    (turn = turn.then(async () => {
      try {
        await setup();
      } catch (error) {
        // What is mended next is built next; until then the last good build keeps running.
        return say(error.message);
      }
      await stop(child);
      child = spawn(process.execPath, [MAIN, ...(args.length > 0 ? args : ['serve'])], {
        cwd: root,
        stdio: 'inherit',
      });
    }));
  for (const folder of WATCHED.filter((name) => existsSync(join(root, name))))
    watch(join(root, folder), { recursive: true }, (_, file) => {
      if (file?.split(sep).includes('generated')) return;
      clearTimeout(timer);
      timer = setTimeout(restart, SETTLE_MS);
    });
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, async () => {
      await turn;
      await stop(child);
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  await restart();
});

/** Ends the running one and waits: the next needs its port and its data folder. */
async function stop(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
