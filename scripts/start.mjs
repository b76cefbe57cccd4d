// `npm start -- <command>`: set-up, then crmflow in this same process, so that the terminal, Ctrl-C and the exit
// code are its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Refusal, root, runProgram } from './root.mjs';
import { isReadyToRun, setup } from './setup.mjs';

const LOOK_MS = 500;

await runProgram(async (args) => {
  if (!isReadyToRun()) await setup();
  const main = join(root, 'packages', 'cli', 'dist', 'main.js');
  if (!existsSync(main))
    throw new Refusal('packages/cli has no src/main.ts to build: there is nothing to start.');
  stopWithNpm();
  process.argv = [process.argv[0], main, ...(args.length > 0 ? args : ['serve'])];
  await import(pathToFileURL(main).href);
  return process.exitCode;
});

/**
 * npm starts a shell that starts us, and passes SIGTERM on to the shell alone: it dies, and we would live on. Whoever
 * has a new parent was left so.
 */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event !== 'start') return;
  const parent = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watching);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS).unref();
  // Ctrl-C is heard by all of us: a second signal would cut short what the first lets finish.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => clearInterval(watching));
}
