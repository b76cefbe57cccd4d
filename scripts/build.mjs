import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { presentEntries } from './entries.mjs';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';

/** The packages that people import, so that carry type declarations. */
const TYPED = ['core', 'server', 'sdk'];

/** The files a build must leave behind. */
export const outputsOf = ({ types }) =>
  Object.entries(presentEntries(root)).flatMap(([name, entries]) =>
    Object.entries(entries).flatMap(([output, source]) => [
      `packages/${name}/dist/${output}.js`,
      ...(types && TYPED.includes(name) && source.endsWith('.ts') ? [`packages/${name}/dist/${output}.d.ts`] : []),
    ]),
  );

/** Builds every package that has a source; without type declarations unless asked, since they take ten times as long. */
export async function build({ types }) {
  const startedAt = Date.now();
  await runQuietly(['node_modules/tsup/dist/cli-default.js', ...(types ? [] : ['--no-dts'])], {
    failure: 'The build failed. Mend what is named above, then start again.',
  });
  for (const name of Object.keys(presentEntries(root))) prune(join(root, 'packages', name, 'dist'), startedAt);
}

/** Only after a build that worked, so that a broken one leaves the last good one in place. */
function prune(folder, startedAt) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (/\.(?:c?js|d\.c?ts|map)$/.test(name) && statSync(file).mtimeMs < startedAt - 1000) rmSync(file);
  }
}
