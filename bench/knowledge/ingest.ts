import { fork } from 'node:child_process';
import { createReaders } from '../../packages/core/src/adapters/parsing/readers.ts';
import { cut } from '../../packages/core/src/services/keeping.ts';
import { pdfOfPages } from '../../test/knowledge/pdf.ts';
import { compare, printTable } from '../measure.ts';

const PAGES = 400;
const WORDS =
  'the panel and its inverter are under warranty for ten years when a person of the trade has put them up'.split(
    ' ',
  );

/** Forty lines a page, no two alike. */
const handbook = pdfOfPages(
  Array.from({ length: PAGES }, (_, page) =>
    Array.from({ length: 40 }, (_, line) => {
      const words = Array.from(
        { length: 12 },
        (_, at) => WORDS[(page * 7 + line * 3 + at * at) % WORDS.length],
      );
      return `${page + 1}.${line + 1} ${words.join(' ')}.`;
    }),
  ),
  '/Title (Handbook)',
);

async function ours() {
  const document = await createReaders().pdf(handbook);
  const passages = await cut('item', document);
  if (document.pages.length !== PAGES || passages.length < PAGES)
    throw new Error(`${passages.length} passages`);
  return PAGES;
}

async function bare() {
  const child = fork(new URL('./bare-pdf.mjs', import.meta.url), {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send({
    bytes: new Uint8Array(handbook),
    from: new URL('../../packages/core/package.json', import.meta.url).pathname,
  });
  const { length } = await new Promise<{ length: number }>((resolve, reject) => {
    child.once('message', resolve).once('error', reject);
  });
  if (length < PAGES * 1_000) throw new Error(`${length} characters`);
  return PAGES;
}

/** Pages a second, from the file to the passages. */
export async function ingest(): Promise<void> {
  const rates = await compare(
    { 'pdfjs alone': bare, 'read and cut into passages': ours },
    { rounds: 7, roundMs: 1 },
  );
  printTable(`Taking in a PDF of ${PAGES} pages, pages a second`, rates, 'pdfjs alone');
}
