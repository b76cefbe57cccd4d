// `npm start -- <command>`: set-up, then crmflow in this same process, so that the terminal, Ctrl-C and the exit
// code are its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Refusal, root, runProgram } from './root.mjs';
import { isReadyToRun, setup } from './setup.mjs';

await runProgram(async (args) => {
  if (!isReadyToRun()) await setup();
  const main = join(root, 'packages', 'cli', 'dist', 'main.js');
  if (!existsSync(main))
    throw new Refusal('packages/cli has no src/main.ts to build: there is nothing to start.');
  process.argv = [process.argv[0], main, ...(args.length > 0 ? args : ['serve'])];
  await import(pathToFileURL(main).href);
  return process.exitCode;
});
