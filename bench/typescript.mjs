// Reads TypeScript as it is built to be shipped: without the calls by which tsx keeps the names of functions.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

const self = new URL(import.meta.url);
if (!self.searchParams.has('hooks')) register(`${self.href}?hooks`);

export async function load(url, context, next) {
  const [, loader] = /\.(ts|json)$/.exec(url) ?? [];
  if (!loader || url.includes('/node_modules/')) return next(url, context);
  const { transform } = await import('esbuild');
  const sourcefile = fileURLToPath(url);
  const { code } = await transform(await readFile(sourcefile, 'utf8'), {
    loader,
    format: 'esm',
    target: 'node20',
    sourcefile,
    sourcemap: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
