import { describe, expect, it } from 'vitest';
import { readPdf } from '../../packages/core/src/adapters/parsing/pdf.js';
import { createReaders } from '../../packages/core/src/adapters/parsing/readers.ts';
import type { ReadDocument } from '../../packages/core/src/ports.ts';
import { encryptedPdfOf, packed, pdfOf, pdfOfContents, pdfOfObjects, pdfOfPages, stream } from './pdf.ts';

/** In this process, which is faster; what may go wrong there is read as the product does. */
const read = (bytes: Uint8Array, password?: string): Promise<ReadDocument> =>
  readPdf({ bytes: new Uint8Array(bytes), password, characters: 100_000, onProgress: undefined });
const textOf = async (bytes: Uint8Array, password?: string) => (await read(bytes, password)).text;
const refusalOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'It was read.',
    ({ message }: Error) => message,
  );

/** One page with these resources, and objects from the sixth on. */
const pageWith = (content: string, resources: string, ...more: string[]) =>
  pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 612 792] >>',
    '<< >>',
    `<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << ${resources} >> >>`,
    stream(content),
    ...more,
  ]);
const HELVETICA = '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';

describe('a PDF', () => {
  it('is read page by page, and says what it is called and how far it is', async () => {
    const heard: [number, number][] = [];
    const bytes = pdfOfPages([['We open at nine.'], [], ['We close at five.']], '/Title (Opening hours)');
    const found = await createReaders().pdf(bytes, undefined, (done, total) => heard.push([done, total]));
    expect(found).toEqual({
      title: 'Opening hours',
      text: 'We open at nine.\n\nWe close at five.',
      pages: [
        { page: 1, start: 0 },
        { page: 3, start: 18 },
      ],
      lack: null,
    });
    expect(heard.at(-1)).toEqual([3, 3]);
  });

  it.each(['untitled', 'about:blank', 'Microsoft Word - hours.docx', '2026'])(
    'called %s by a program has no title',
    async (title) => {
      const { title: found } = await read(pdfOfPages([['Open.']], `/Title (${title})`));
      expect(found).toBeNull();
    },
  );

  it('joins a word that is cut at the end of a line', async () => {
    expect(await textOf(pdfOfPages([['Our opening hours are conven-', 'ient.']]))).toBe(
      'Our opening hours are convenient.',
    );
  });

  it('puts an accent on its letter, and leaves an apostrophe where it is', async () => {
    const drawn = pdfOfPages([['na\xa8ive, f\xa8ur, caf\xb4e, tr`es, gar\x63\xb8on, it\xb4s `quoted`']]);
    const latin = drawn.toString('latin1').replace('/BaseFont /Helvetica', '/BaseFont /Helvetica /Encoding /WinAnsiEncoding'); // prettier-ignore
    expect(await textOf(Buffer.from(latin, 'latin1'))).toBe('naïve, für, café, très, garçon, it´s `quoted`');
  });

  it('keeps columns apart, words drawn from the right too, and reads turned lines as lines', async () => {
    const content = `BT /F1 12 Tf 1 0 0 1 300 700 Tm (Price) Tj 1 0 0 1 72 700 Tm (Name) Tj
      0 1 -1 0 500 100 Tm (Up the) Tj 0 1 -1 0 500 140 Tm (margin) Tj ET`;
    expect(await textOf(pdfOfContents([content]))).toBe('Price Name\nUp the margin');
  });

  it.each([
    ['from the left, letter by letter', (at: number) => at],
    ['from the right', (at: number) => 20 - at],
  ])('with Arabic drawn %s is read from the right, in letters one can type', async (_how, order) => {
    // As it looks from the left: the last word first, each letter in the form of its place, a number among them.
    const looks = [...'\ufee2\ufecc\ufee7 42 \ufea1\ufe8e\ufe92\ufebb'];
    const map = looks.map((sign, at) => `<${hex(at + 65)}> <${hex(sign.codePointAt(0)!, 4)}>`).join('\n');
    const draws = looks
      .map((sign, at) => ({ at, sign }))
      .filter(({ sign }) => sign !== ' ')
      .sort((one, other) => order(one.at) - order(other.at))
      .map(({ at }) => `1 0 0 1 ${72 + 8 * at} 700 Tm <${hex(at + 65)}> Tj`)
      .join('\n');
    const widths = looks.map(() => '667').join(' ');
    const bytes = pageWith(
      `BT /F1 12 Tf ${draws} ET`,
      '/Font << /F1 6 0 R >>',
      `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 65 /LastChar ${64 + looks.length} /Widths [${widths}] /ToUnicode 7 0 R >>`,
      stream(
        `begincmap 1 begincodespacerange <00> <ff> endcodespacerange ${looks.length} beginbfchar ${map} endbfchar endcmap`,
      ),
    );
    expect(await textOf(bytes)).toBe('صباح 42 نعم');
  });

  it('without its fonts is read in Japanese', async () => {
    const bytes = pageWith(
      'BT /F1 12 Tf 72 700 Td <82a082a282a482a682a8> Tj ET',
      '/Font << /F1 6 0 R >>',
      '<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /90ms-RKSJ-H /DescendantFonts [7 0 R] >>',
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 8 0 R >>',
      '<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /ItalicAngle 0 /FontBBox [0 -200 1000 800] >>',
    );
    expect(await textOf(bytes)).toBe('あいうえお');
  });

  it('is read with what was filled into its fields', async () => {
    const bytes = pdfOfObjects([
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>',
      `<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 612 792] /Resources << ${HELVETICA} >> >>`,
      '<< >>',
      '<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [6 0 R] >>',
      stream('BT /F1 9 Tf (Name:) Tj ET'),
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) /Rect [0 0 9 9] /P 4 0 R >>',
    ]);
    expect(await textOf(bytes)).toBe('Name:\nAda Lovelace');
  });

  it('opens with its password alone', async () => {
    const bytes = encryptedPdfOf('Nobody else reads this.', 'sesame');
    expect(await textOf(bytes, 'sesame')).toBe('Nobody else reads this.');
    expect(await refusalOf(read(bytes))).toBe('It is encrypted: give its password.');
    expect(await refusalOf(read(bytes, 'seasame'))).toBe('The password is wrong.');
    expect(await textOf(encryptedPdfOf('Anybody reads this.', ''))).toBe('Anybody reads this.');
  });
});

describe('of a damaged PDF', () => {
  const pages = [['One.'], ['Two.'], ['Three.']];

  it('what stands behind other bytes is read', async () => {
    expect(await textOf(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), pdfOf('Open.')]))).toBe(
      'Open.',
    );
  });

  it('whose end is lost the pages before it are read', async () => {
    const whole = pdfOfPages(pages);
    const cut = whole.subarray(0, whole.indexOf('Three') - 40);
    expect(await textOf(cut)).toBe('One.\n\nTwo.');
    expect((await createReaders().pdf(cut)).lack).toMatch(/The end of the file is missing: only what/);
    expect((await createReaders().pdf(whole)).lack).toBeNull();
  });

  it('one page that is lost loses no other', async () => {
    const bytes = pdfOfPages([...pages, ['Lost.']])
      .toString('latin1')
      .replace(/(?<=\n10 0 obj\n).*/, 'null');
    expect(await textOf(Buffer.from(bytes, 'latin1'))).toBe('One.\n\nTwo.\n\nThree.');
    const { lack } = await createReaders().pdf(Buffer.from(bytes, 'latin1'));
    expect(lack).toBe('1 of its 4 pages could not be read.');
  });
});

describe('a PDF without text is refused with the reason:', () => {
  const image = 'q 600 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q';
  const xfa = pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R /NeedsRendering true /AcroForm << /Fields [] /XFA 6 0 R >> >>',
    `<< /Type /Pages /Kids [4 0 R] /Count 1 /Resources << ${HELVETICA} >> >>`,
    '<< >>',
    '<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>',
    stream('BT /F1 9 Tf (Bitte warten.) Tj ET'),
    stream('<xdp/>'),
  ]);
  it.each([
    ['an empty file', Buffer.alloc(0), /file is empty/],
    ['a page of nothing', pdfOf(''), /holds no text/],
    ['scans', pdfOfContents(Array(4).fill(image) as string[]), /scan/],
    ['scans with a stamp on the first', pdfOfContents([`BT /F1 9 Tf (A 1) Tj ET ${image}`, ...(Array(7).fill(image) as string[])]), /scan/], // prettier-ignore
    ['a form of another format', xfa, /XFA/],
    ['pages that hold themselves', Buffer.from(pdfOf('Open.').toString('latin1').replace('[4 0 R]', '[2 0 R]'), 'latin1'), /circular|damaged/], // prettier-ignore
    ['the beginning of one', Buffer.from('%PDF-1.7\n1 0 obj'), /damaged/],
  ])('%s', async (_what, bytes, reason) => {
    expect(await refusalOf(createReaders().pdf(bytes))).toMatch(reason);
  });
});

describe('a PDF that unpacks to more than fits', () => {
  const bomb = pageWith('', HELVETICA).toString('latin1');
  const line = 'BT /F1 12 Tf 72 720 Td (again and again) Tj ET\n';
  const most = { pdf: 5_000, html: 5_000, megabytes: 220, characters: 100_000 };

  it.each([
    ['in memory', packed(`BT /F1 12 Tf (${'x'.repeat(80_000_000)}) Tj ET`), /more than 220 MB of memory/],
    ['in text', packed(line.repeat(8_000)), /more than 100,000 characters/],
  ])('%s is refused, and the next one is read', async (_what, content, reason) => {
    const readers = createReaders(most);
    const bytes = Buffer.from(
      bomb.replace(stream(''), () => content),
      'latin1',
    );
    expect(await refusalOf(readers.pdf(bytes))).toMatch(reason);
    expect((await readers.pdf(pdfOf('Open.'))).text).toBe('Open.');
  });
});

const hex = (value: number, digits = 2) => value.toString(16).padStart(digits, '0');
