import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { mustFit, Refusal, tidy } from './plain.js';

/**
 * The library wants one when it is loaded, from a package of native code that some platforms lack; it is for drawing
 * alone, which nobody does here.
 */
globalThis.DOMMatrix ??= class {};

/** The text of a PDF with where its pages begin. */
export async function readPdf({ bytes, password, characters, onProgress }) {
  const { PDFParse, PasswordException, InvalidPDFException } = await import('pdf-parse');
  const require = createRequire(import.meta.url);
  const pdfjs = dirname(createRequire(require.resolve('pdf-parse')).resolve('pdfjs-dist/package.json'));
  const parser = new PDFParse({
    data: bytes,
    password,
    cMapUrl: join(pdfjs, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(pdfjs, 'standard_fonts/'),
    isEvalSupported: false,
    enableXfa: false,
    verbosity: 0,
  });
  try {
    const pages = [];
    let total = 1;
    for (let page = 1; page <= total; page++) {
      const read = await parser.getText({ partial: [page], pageJoiner: '' });
      total = read.total;
      pages.push(...read.pages);
      onProgress?.(page, total);
    }
    return joined(pages, characters);
  } catch (cause) {
    if (cause instanceof PasswordException)
      throw new Refusal(password ? 'The password is wrong.' : 'It is encrypted: give its password.');
    if (cause instanceof InvalidPDFException) throw new Refusal('It is damaged, or no PDF.');
    throw cause;
  } finally {
    await parser.destroy();
  }
}

/** Fewer letters than these on each of many pages, and they are pictures. */
const FEW = 10;

function joined(pages, characters) {
  let text = '';
  const starts = [];
  for (const { num, text: page } of pages) {
    const plain = tidy(page);
    if (!plain) continue;
    if (text) text += '\n\n';
    starts.push({ page: num, start: text.length });
    text += plain;
    mustFit(text.length, characters);
  }
  if (!text) throw new Refusal('It holds no text. A scan has to be read by a machine (OCR) first.');
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0 || (pages.length > 2 && letters < FEW * pages.length))
    throw new Refusal('It holds next to no text: a scan? It has to be read by a machine (OCR) first.');
  if (/please wait.{0,400}(?:adobe reader|acrobat)/is.test(text) && letters < 1_500)
    throw new Refusal('It is an XFA form, which only Adobe Reader shows. Print it to a plain PDF first.');
  return { title: null, text, pages: starts };
}
