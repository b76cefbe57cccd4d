import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { pdfOf } from './pdf.ts';

/** Of the PDF library's drawing package, which is native code and has no build for some platforms. */
const WITHOUT_CANVAS = `
import Module from 'node:module';
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => {
  if (name.startsWith('@napi-rs/')) throw Object.assign(new Error('Cannot find ' + name), { code: 'MODULE_NOT_FOUND' });
  return resolve(name, ...rest);
};
const { readPdf } = await import('${new URL('../../packages/core/src/adapters/parsing/pdf.js', import.meta.url).href}');
const bytes = Uint8Array.from(Buffer.from('${pdfOf('Open from nine to five.').toString('base64')}', 'base64'));
const read = await readPdf({ bytes, characters: 1_000 });
process.stdout.write(JSON.stringify([read, typeof globalThis.Path2D]));
`;

it('reads a PDF where the native drawing package of its library is not there', () => {
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', WITHOUT_CANVAS], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(JSON.parse(said)).toEqual([
    { title: null, text: 'Open from nine to five.', pages: [{ page: 1, start: 0 }], lack: null },
    'undefined',
  ]);
});
