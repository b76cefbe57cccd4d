import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import { CrmflowError } from '../../errors.ts';
import { jsonLines, linesIn } from '../json-lines.ts';
import { BACKUP, type Entry } from './entries.ts';

/*
 * A file of a backup: a line that names the format, then entries as JSON, one a line and compressed with Brotli, then a line
 * with the SHA-256 of all bytes before it.
 */
const VERSION = 1;
const NAME = new RegExp(`^${BACKUP} (\\d+)\\n$`);
const FIRST_LINE = Buffer.from(`${BACKUP} ${VERSION}\n`);
/** A line break, 64 digits and a line break. */
const SEAL_BYTES = 66;
/** As small as Deflate makes it and several times as fast; more takes much longer for little. */
const QUALITY = 1;

/** The bytes of a file with these entries, made as they are read. */
export async function* packed(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256').update(FIRST_LINE);
  yield FIRST_LINE;
  const brotli = createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  const feeding = pipeline(jsonLines(entries), brotli);
  // What goes wrong ends the reading below as well.
  feeding.catch(() => undefined);
  for await (const chunk of brotli as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
  await feeding;
  yield sealOf(hash.digest('hex'));
}

const sealOf = (digest: string) => Buffer.from(`\n${digest}\n`);

/**
 * Looks at every byte of a file.
 * @throws CrmflowError `unprocessable` for what is no backup, is of a later format, or is not as it was written
 */
export async function verify(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    await mustBeOurs(path, file);
    const end = size - SEAL_BYTES;
    if (end < FIRST_LINE.length) throw damaged(path);
    const hash = createHash('sha256');
    for await (const chunk of bytesOf(file, 0, end)) hash.update(chunk);
    const seal = Buffer.alloc(SEAL_BYTES);
    await file.read(seal, 0, SEAL_BYTES, end);
    if (!seal.equals(sealOf(hash.digest('hex')))) throw damaged(path);
  } finally {
    await file.close();
  }
}

async function mustBeOurs(path: string, file: FileHandle) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE.length), 0, FIRST_LINE.length, 0);
  const version = NAME.exec(buffer.toString('latin1', 0, bytesRead))?.[1];
  if (version === undefined)
    throw new CrmflowError(
      'unprocessable',
      `${path} is no backup of CRMFlow. Name one that crmflow backup wrote.`,
    );
  if (Number(version) === VERSION) return;
  throw new CrmflowError(
    'unprocessable',
    `${path} is a backup of format ${version}, and this version of CRMFlow reads ${VERSION}. Restore it with the version that wrote it, or a newer one.`,
  );
}

/** The entries of a file that was verified. */
export async function* unpacked(path: string): AsyncGenerator<Entry> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const brotli = createBrotliDecompress();
    const feeding = pipeline(bytesOf(file, FIRST_LINE.length, size - SEAL_BYTES), brotli);
    feeding.catch(() => undefined);
    // What the file says was checked byte by byte: it is what `packed` wrote.
    for await (const line of linesIn(brotli)) yield JSON.parse(line) as Entry;
    await feeding;
  } finally {
    await file.close();
  }
}

const bytesOf = (file: FileHandle, start: number, end: number): AsyncIterable<Buffer> =>
  file.createReadStream({ start, end: end - 1, autoClose: false });

const damaged = (path: string) =>
  new CrmflowError(
    'unprocessable',
    `${path} is not as it was written: it was cut off or changed. Nothing was done with it; take another copy.`,
  );
