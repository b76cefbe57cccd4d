// The PDF library by itself, in a process started as ours are: the text of every page, joined.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

process.once('message', async ({ bytes, from }) => {
  globalThis.DOMMatrix ??= class {};
  const resolve = createRequire(createRequire(from).resolve('pdf-parse'));
  const folder = dirname(resolve.resolve('pdfjs-dist/package.json'));
  const { getDocument } = await import(join(folder, 'legacy/build/pdf.mjs'));
  const settings = {
    cMapUrl: join(folder, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(folder, 'standard_fonts/'),
    verbosity: 0,
  };
  const document = await getDocument({ data: bytes, ...settings }).promise;
  let text = '';
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    for (const { str, hasEOL } of items) text += hasEOL ? `${str}\n` : str;
    page.cleanup();
  }
  process.send({ length: text.length }, () => process.exit());
});
