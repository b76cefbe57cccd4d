// Makes a clone ready to run: packages, database client, inlined files, builds. Needs nothing but Node.js,
// does nothing when nothing changed, and talks on stderr only.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { areInstalled } from './packages.mjs';
import { isProgram, root, runProgram, say } from './root.mjs';
import { withLock } from './setup-lock.mjs';
import { fingerprint, readStamps, writeStamp } from './setup-stamp.mjs';
import { stepsOf } from './setup-steps.mjs';

const STAMPS = join(root, '.setup-stamp.json');

/**
 * Runs what is stale. `only` names one step to be content with; `types` also makes the declarations that a
 * published package carries.
 */
export async function setup({ types = false, only } = {}) {
  const wanted = () => stepsOf({ types }).filter(({ name }) => only === undefined || name === only);
  if (wanted().every((step) => isFresh(step))) return;
  await withLock(join(root, '.setup-lock'), async () => {
    // A step is looked at when its turn comes: an earlier one may have changed what it reads.
    for (const step of wanted()) if (!isFresh(step)) await run(step);
  });
}

/** Whether what is built is up to date and can run: what was only needed to build it may be gone by now. */
export const isReadyToRun = () =>
  areInstalled({ dev: false }) &&
  stepsOf({ types: false }).every((step) => step.isDone !== undefined || isFresh(step));

const isFresh = (step) =>
  step.isDone?.() ??
  (step.outputs.every((output) => existsSync(join(root, output))) &&
    readStamps(STAMPS)[step.name] === fingerprint(root, step.inputs));

async function run(step) {
  say(`Set-up: ${step.talk}`);
  if (step.isDone) return step.run();
  // Taken before: what changes while the step runs makes it stale again.
  const stamp = fingerprint(root, step.inputs);
  // A step that fails or is killed may leave half of what it makes: the last stamp tells nothing any more.
  writeStamp(STAMPS, step.name, null);
  await step.run();
  writeStamp(STAMPS, step.name, stamp);
}

if (isProgram(import.meta.url)) {
  await runProgram((args) => {
    const { values } = parseArgs({ args, options: { types: { type: 'boolean' }, only: { type: 'string' } } });
    return setup(values);
  });
}
