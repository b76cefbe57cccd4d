import { fork } from 'node:child_process';
import { CrmflowError } from '../../errors.ts';
import type { ReadDocument, Readers } from '../../ports.ts';

/** For one file; a process that needs more is ended. A page is read in a moment, or is no page. */
const MOST = { pdf: 28_000, html: 9_000, megabytes: 800, characters: 5_000_000 };
/** Each takes a core and its memory. */
const AT_ONCE = 2;

/** Beside this source, and beside the built files. */
const WORKER = new URL('./parse-worker.js', import.meta.url);

type OnProgress = (done: number, total: number) => void;
type Job =
  | { kind: 'pdf'; bytes: Uint8Array; password?: string | undefined }
  | { kind: 'html'; bytes: Uint8Array; contentType?: string | undefined; url?: string | undefined };

/** Reads foreign files in processes of their own, so that none can hold up or fill this process. */
export function createReaders(most = MOST): Readers {
  const waiting: (() => void)[] = [];
  let atWork = 0;

  async function inTurn(job: Job, onProgress?: OnProgress): Promise<ReadDocument> {
    if (atWork >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    atWork += 1;
    try {
      return await read(job, most, onProgress);
    } finally {
      atWork -= 1;
      waiting.shift()?.();
    }
  }
  return {
    pdf: async (bytes, password, onProgress) => {
      mustBePdf(bytes);
      return inTurn({ kind: 'pdf', bytes, password }, onProgress);
    },
    html: (bytes, contentType, url) => inTurn({ kind: 'html', bytes, contentType, url }),
    text: async (bytes) => readText(bytes, most.characters),
  };
}

/** In a process that holds none of our secrets, and that nothing in the file can take this one down with. */
function read({ kind, ...job }: Job, most: typeof MOST, onProgress?: OnProgress): Promise<ReadDocument> {
  const { [kind]: ms, megabytes, characters } = most;
  const child = fork(WORKER, {
    execArgv: [`--max-old-space-size=${Math.round(megabytes * 0.7)}`],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise<ReadDocument>((resolve, reject) => {
    const late = setTimeout(() => reject(refusal(`It takes longer than ${ms / 1000} s to read.`)), ms);
    child.on('message', (said: Said) => {
      if ('progress' in said) onProgress?.(...said.progress);
      else if ('document' in said) resolve(said.document);
      else reject(refusal(said.refusal));
    });
    child.once('error', (cause) => reject(refusal(`It cannot be read: ${cause.message}`)));
    // It is ended by itself, by its heap's limit or by the system: each says that it wanted too much.
    child.once('close', () => reject(refusal(`It takes more than ${megabytes} MB of memory to read.`)));
    child.send({ kind, megabytes, characters, ...job }, (failed) => void failed);
    child.once('exit', () => clearTimeout(late));
  }).finally(() => child.kill('SIGKILL'));
}
type Said = { document: ReadDocument } | { refusal: string } | { progress: [done: number, total: number] };

const refusal = (sentence: string) => new CrmflowError('unprocessable', sentence);

/** The signature may stand a little behind the start: ISO 32000-1, Annex H. */
function mustBePdf(bytes: Uint8Array) {
  if (bytes.length === 0) throw refusal('The file is empty.');
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024));
  if (!head.includes('%PDF-')) throw refusal('The file is no PDF.');
}

function readText(bytes: Uint8Array, characters: number): ReadDocument {
  const found = decoded(bytes);
  if (found.startsWith('%PDF-')) throw refusal('It is a PDF: add it as one.');
  if (found.includes('\0')) throw refusal('It is no text file.');
  const text = found.replaceAll('\r\n', '\n').trim();
  if (!text) throw refusal('The file is empty.');
  if (text.length > characters)
    throw refusal(`It holds more than ${characters.toLocaleString('en')} characters of text: split it.`);
  const heading = /^#\s+(.{1,200})$/m.exec(text)?.[1];
  return { title: heading?.trim() ?? null, text, pages: [] };
}

/** As its first bytes say (Unicode, section 23.8), else UTF-8 where that is what it is. */
function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
