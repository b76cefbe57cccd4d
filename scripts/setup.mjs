// Makes a clone ready to run: packages, database client, inlined files, builds. Needs nothing but Node.js,
// does nothing when nothing changed, and talks on stderr only.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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

const isFresh = (step) =>
  step.isDone?.() ??
  (step.outputs.every((output) => existsSync(join(root, output))) &&
    readStamps(STAMPS)[step.name] === fingerprint(root, step.inputs));

async function run(step) {
  say(`Set-up: ${step.talk}`);
  if (step.isDone) return step.run();
  // Taken before: what changes while the step runs makes it stale again.
  const stamp = fingerprint(root, step.inputs);
  await step.run();
  writeStamp(STAMPS, step.name, stamp);
}

if (isProgram(import.meta.url)) {
  await runProgram((args) => {
    const { values } = parseArgs({ args, options: { types: { type: 'boolean' }, only: { type: 'string' } } });
    return setup(values);
  });
}
