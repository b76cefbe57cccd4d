import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_FOLDER, pageEntries, presentEntries, widgetEntries } from './entries.mjs';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';

/** The packages that people import, so that carry type declarations. */
const TYPED = ['core', 'server', 'sdk'];

/** The files a build must leave behind. */
export const outputsOf = ({ types }) => [
  ...Object.keys(pageEntries(root)).flatMap((name) => [
    `${PAGE_FOLDER}/${name}.js`,
    `${PAGE_FOLDER}/${name}.css`,
  ]),
  ...Object.keys(widgetEntries(root)).map((name) => `${PAGE_FOLDER}/${name}.js`),
  ...Object.entries(presentEntries(root)).flatMap(([name, entries]) =>
    Object.entries(entries).flatMap(([output, source]) => [
      `packages/${name}/dist/${output}.js`,
      ...(types && TYPED.includes(name) && source.endsWith('.ts')
        ? [`packages/${name}/dist/${output}.d.ts`]
        : []),
    ]),
  ),
];

/** Builds every package that has a source; without type declarations unless asked, since they take ten times as long. */
export async function build({ types }) {
  const folders = [...Object.keys(presentEntries(root)).map((name) => `packages/${name}/dist`), PAGE_FOLDER];
  const old = folders.flatMap((folder) => builtFiles(join(root, folder)));
  for (const file of old) utimesSync(file, 0, 0);
  await runQuietly(['node_modules/tsup/dist/cli-default.js', ...(types ? [] : ['--no-dts'])], {
    failure: 'The build failed. Mend what is named above, then start again.',
  });
  if (types && presentEntries(root).sdk) {
    // Read only now: a clone has no packages yet when this file is loaded.
    const { documentOperations } = await import('./document-operations.mjs');
    await documentOperations(join(root, 'packages/sdk/dist'));
  }
  // What was not written anew goes, but only now: a build that fails leaves the last good one in place.
  for (const file of old) if (statSync(file).mtimeMs === 0) rmSync(file);
}

const builtFiles = (folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /\.(?:c?js|d\.c?ts|map)$/.test(name))
        .map((name) => join(folder, name))
    : [];
