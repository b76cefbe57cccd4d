import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import { createReaders } from '../../packages/core/src/adapters/parsing/readers.ts';
import { packed, pdfOf, pdfOfObjects, stream } from '../knowledge/pdf.ts';
import { DATA } from './data.ts';

const { load } = createRequire(import.meta.resolve('../../packages/core/package.json'))(
  'cheerio',
) as typeof import('cheerio');
const readers = createReaders();
const figures: string[] = [];
afterAll(() => console.log(figures.join('\n')));

const plain = (text: string) => text.normalize('NFKC').toLowerCase();
const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

describe('of the PDFs', () => {
  const words = (name: string) =>
    JSON.parse(readFileSync(`${DATA}/pdf/${name}.consensus.json`, 'utf8')) as string[];
  const bytes = (name: string) => readFileSync(`${DATA}/pdf/${name}.pdf`);
  const names = readdirSync(`${DATA}/pdf`)
    .filter((file) => file.endsWith('.pdf'))
    .map((file) => file.replace('.pdf', ''));

  it.each(names.filter((name) => words(name).length > 0))(
    '%s is read, nine in ten words at least',
    async (name) => {
      const { text, pages } = await readers.pdf(bytes(name));
      const read = plain(text);
      const signs = read.replaceAll(/\s/g, '');
      const spoken = new Set(read.match(/[\p{L}\p{M}\p{N}_]+/gu));
      const wanted = words(name).map(plain);
      const found = wanted.filter((word) => (CJK.test(word) ? signs.includes(word) : spoken.has(word)));
      figures.push(`${name}: ${found.length} of ${wanted.length} words`);
      expect(found.length / wanted.length).toBeGreaterThanOrEqual(0.9);
      expect(pages[0]).toEqual({ page: 1, start: 0 });
    },
  );

  it.each([
    ['pdfjs__bug1020226', 'It is damaged, or no PDF.'],
    [
      'pdfjs__empty',
      'It holds no text. A scan has to be read by a machine (OCR) first; a damaged file looks the same.',
    ],
    ['pdfjs__issue15893_reduced', 'It is encrypted: give its password.'],
  ])('%s is refused with the reason', async (name, message) => {
    await expect(readers.pdf(bytes(name))).rejects.toMatchObject({ code: 'unprocessable', message });
  });

  it('an encrypted one opens with its password alone', async () => {
    const name = 'pdfjs__issue15893_reduced';
    expect((await readers.pdf(bytes(name), 'test')).text).toBe('Issue 15893 - password');
    await expect(readers.pdf(bytes(name), 'tset')).rejects.toThrow('The password is wrong.');
  });
});

describe('of the pages', () => {
  const bag = (text: string) => {
    const counts = new Map<string, number>();
    for (const word of plain(text).match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [])
      counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  };
  const sizeOf = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);

  it.each(readdirSync(`${DATA}/html`))('%s is read as its main text', async (name) => {
    const [source, expected] = ['source', 'expected'].map((file) =>
      readFileSync(`${DATA}/html/${name}/${file}.html`),
    );
    const got = bag((await readers.html(source!)).text);
    const wanted = bag(load(expected!.toString()).root().text());
    const shared = [...wanted].reduce((sum, [word, count]) => sum + Math.min(count, got.get(word) ?? 0), 0);
    const f1 = (2 * shared) / (sizeOf(got) + sizeOf(wanted));
    figures.push(`${name}: F1 ${f1.toFixed(3)}`);
    expect(f1).toBeGreaterThanOrEqual(0.95);
  });
});

const line = 'BT /F1 12 Tf 72 720 Td (again and again) Tj ET\n';
const sentence = '<p>A page that has a lot to say about many things, and says it again.</p>';
const pdfWith = (content: string, resources = '', ...more: string[]) =>
  pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 612 792] >>',
    '<< >>',
    `<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ${resources} >> >>`,
    content,
    ...more,
  ]);
/** A form that draws the next a dozen times. */
const laughing = (next: number) =>
  stream(
    `/A${next} Do `.repeat(12),
    `/Type /XObject /Subtype /Form /BBox [0 0 600 700] /Resources << /XObject << /A${next} ${next} 0 R >> >>`,
  );

describe('a file made to harm', () => {
  it.each([
    ['a PDF of 400 MB of nothing', 'pdf', () => pdfWith(packed('\0'.repeat(400_000_000)))],
    ['a PDF of three million lines', 'pdf', () => pdfWith(packed(line.repeat(3_000_000)))],
    [
      'a PDF of one word of 300 MB',
      'pdf',
      () => pdfWith(packed(`BT /F1 12 Tf (${'x'.repeat(300_000_000)}) Tj ET`)),
    ],
    ['a PDF packed twice', 'pdf', () => pdfWith(packed('0 '.repeat(200_000_000), 2))],
    ['a PDF that draws 12⁸ times', 'pdf', () => pdfWith(stream('/A6 Do'), '/XObject << /A6 6 0 R >>', ...[7, 8, 9, 10, 11, 12, 13].map(laughing), stream(line, '/Type /XObject /Subtype /Form /BBox [0 0 600 700]'))], // prettier-ignore
    ['a PDF that holds itself', 'pdf', () => Buffer.from(pdfOf('Open.').toString('latin1').replace('[4 0 R]', '[2 0 R]'), 'latin1')], // prettier-ignore
    ['a PDF of a thousand million pages', 'pdf', () => Buffer.from(pdfOf('Open.').toString('latin1').replace('/Count 1 ', '/Count 1000000000 '), 'latin1')], // prettier-ignore
    ['a page nested a hundred thousand deep', 'html', () => Buffer.from('<div>'.repeat(100_000))],
    ['a page of many nests', 'html', () => Buffer.from(('<div>'.repeat(150) + sentence + '</div>'.repeat(150)).repeat(300))], // prettier-ignore
    ['a page of two hundred thousand attributes', 'html', () => Buffer.from(`<p ${Array.from({ length: 200_000 }, (_, at) => `a${at}=1`).join(' ')}>${sentence}`)], // prettier-ignore
    ['a page of 14 MB', 'html', () => Buffer.from(sentence.repeat(14_000_000 / sentence.length))],
    ['a page of 14 MB of links', 'html', () => Buffer.from('<a href="/x">menu</a> '.repeat(636_000))],
    ['a page of open tables', 'html', () => Buffer.from('<b><i><table><tr><td>x'.repeat(500_000))],
    ['a page of "<"', 'html', () => Buffer.from('<'.repeat(14_000_000))],
  ] as const)('%s is read or refused in time and memory, and holds nobody up', async (what, kind, make) => {
    const bytes = make();
    const lag = monitorEventLoopDelay({ resolution: 5 });
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, megabytesOfChildren())), 20);
    lag.enable();
    const from = performance.now();
    const outcome = await readers[kind](bytes).then(
      ({ text }) => `read, ${text.length} characters`,
      ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
    );
    const seconds = (performance.now() - from) / 1000;
    lag.disable();
    clearInterval(watch);
    const late = lag.percentile(99) / 1e6;
    figures.push(
      `${what}: ${outcome} (${seconds.toFixed(1)} s, ${most} MB, loop late by ${late.toFixed()} ms)`,
    );
    expect(outcome).toMatch(/^(?:read, [1-9]|unprocessable: )/);
    expect(seconds).toBeLessThan(kind === 'pdf' ? 30 : 10);
    expect(most).toBeLessThan(1_000);
    expect(late).toBeLessThan(200);
  });
});

/** What the processes of this thread took at most, as Linux counts it. */
function megabytesOfChildren(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  const each = children.filter(Boolean).map((pid) => {
    try {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.round(Math.max(0, ...each) / 1_000);
}
