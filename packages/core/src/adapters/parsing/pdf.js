import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pageText } from './pdf-lines.js';
import { mustFit, Refusal, tidy } from './plain.js';

/**
 * The library wants one when it is loaded, from a package of native code that some platforms lack; it is for drawing
 * alone, which nobody does here.
 */
globalThis.DOMMatrix ??= class {};

/** The text of a PDF with where its pages begin. */
export async function readPdf({ bytes, password, characters, onProgress }) {
  const { PDFParse, PasswordException, InvalidPDFException } = await import('pdf-parse');
  const parserOf = (data) => new PDFParse({ data, password, ...settings() });
  // The library takes the bytes away.
  let parser = parserOf(bytes.slice());
  let isCut = false;
  try {
    // What the library itself makes of a page cuts turned lines to pieces: only its document is used.
    const document = await parser.load().catch((cause) => {
      const whole = cause instanceof InvalidPDFException && withTrailer(bytes);
      if (!whole) throw cause;
      parser = parserOf(whole);
      isCut = true;
      return parser.load();
    });
    const { pages, lost } = await readPages(document, { characters, onProgress });
    const { info } = await document.getMetadata().catch(() => ({ info: {} }));
    const { text, starts } = joined(pages);
    mustSay(text, { pages: pages.length, spoken: starts.length, info });
    return {
      title: titleIn(info),
      text,
      pages: starts,
      lack: lackOf({ isCut, lost, all: document.numPages }),
    };
  } catch (cause) {
    if (cause instanceof PasswordException)
      throw new Refusal(password ? 'The password is wrong.' : 'It is encrypted: give its password.');
    if (cause instanceof InvalidPDFException) throw new Refusal('It is damaged, or no PDF.');
    throw cause;
  } finally {
    await parser.destroy();
  }
}

function settings() {
  const require = createRequire(import.meta.url);
  const pdfjs = dirname(createRequire(require.resolve('pdf-parse')).resolve('pdfjs-dist/package.json'));
  return {
    cMapUrl: join(pdfjs, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(pdfjs, 'standard_fonts/'),
    isEvalSupported: false,
    enableXfa: false,
    verbosity: 0,
  };
}

/** Of a file whose end is lost, what names its catalog is written again; null when the catalog is lost too. */
function withTrailer(bytes) {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const [, number, generation] = /(\d+)\s+(\d+)\s+obj\s*<<[^>]{0,200}\/Type\s*\/Catalog\b/.exec(text) ?? [];
  return number
    ? Buffer.concat([bytes, Buffer.from(`\nendobj\ntrailer\n<< /Root ${number} ${generation} R >>\n`)])
    : null;
}

/** What is missing in what could be read; null when nothing is known to be. */
function lackOf({ isCut, lost, all }) {
  const missing = lost > 0 ? [`${lost} of its ${all} pages could not be read.`] : [];
  if (isCut) missing.push('The end of the file is missing: only what stands before it is here.');
  return missing.join(' ') || null;
}

/** What is damaged on one page loses no other; gives how many are lost. */
async function readPages(document, { characters, onProgress }) {
  const fields = await valuesOf(document);
  const pages = [];
  let failure;
  let lost = 0;
  let length = 0;
  for (let number = 1; number <= document.numPages; number++) {
    let text = '';
    try {
      const page = await document.getPage(number);
      const found = [pageText(await page.getTextContent()), ...(fields.get(number) ?? [])].join('\n');
      text = tidy(found).replace(FORMS, (sign) => sign.normalize('NFKC'));
      pages.push({ number, text });
      page.cleanup();
    } catch (cause) {
      failure = cause;
      lost += 1;
    }
    mustFit((length += text.length), characters);
    onProgress?.(number, document.numPages);
  }
  if (failure && pages.length === 0) throw failure;
  return { pages, lost };
}

/** What was filled into the fields of a form, by page. */
async function valuesOf(document) {
  const fields = await document.getFieldObjects().catch(() => null);
  const values = new Map();
  for (const { type, page, value } of Object.values(fields ?? {}).flat())
    if (value && (type === 'text' || type === 'combobox' || type === 'listbox'))
      values.set(page + 1, [...(values.get(page + 1) ?? []), ...[value].flat().map(String)]);
  return values;
}

/** Letters as they look in one place of a word, and parts of signs: fonts name them, nobody types them. */
const FORMS = /[\u2e80-\u2fdf\ufb00-\ufdff\ufe70-\ufefc]/gu;

function joined(pages) {
  let text = '';
  const starts = [];
  for (const { number, text: page } of pages) {
    if (!page) continue;
    if (text) text += '\n\n';
    starts.push({ page: number, start: text.length });
    text += page;
  }
  return { text, starts };
}

/** A form in another format: the PDF around it asks for patience, or says nothing. */
const IN_PLACE_OF_A_FORM = 1_500;
/** Fewer letters than these a page, on few of the pages, are a stamp on pictures. */
const FEW = 10;

function mustSay(text, { pages, spoken, info }) {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const waits = /please wait.{0,400}(?:adobe reader|acrobat)/is.test(text);
  if (letters < IN_PLACE_OF_A_FORM && (waits || (info.IsXFAPresent && !info.IsAcroFormPresent)))
    throw new Refusal('It is an XFA form, which only Adobe Reader shows. Print it to a plain PDF first.');
  if (letters === 0)
    throw new Refusal(
      'It holds no text. A scan has to be read by a machine (OCR) first; a damaged file looks the same.',
    );
  if (spoken <= pages / 5 && letters < FEW * pages)
    throw new Refusal('It holds next to no text: a scan? It has to be read by a machine (OCR) first.');
}

/** What programs write that were given none: the name of a file, or that there is none. */
const NO_TITLE =
  /^(?:untitled|about:blank|\S+:\/\/.*|.*\.(?:docx?|pptx?|xlsx?|odt|rtf|tex|dvi|pdf|indd|html?|txt)$)/i;

function titleIn(info) {
  const title = tidy(String(info.Title ?? '')).replace(/^Microsoft (?:Word|PowerPoint|Excel) - /, '');
  return /\p{L}/u.test(title) && !NO_TITLE.test(title) ? title : null;
}
