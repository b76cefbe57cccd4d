import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './root.mjs';

/** What a module of ours exports, by its path in the repository; for modules that need nothing of Node.js. */
export async function evaluated(path) {
  const { outputFiles } = await build({
    entryPoints: [join(root, path)],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
