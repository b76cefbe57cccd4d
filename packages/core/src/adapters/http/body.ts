import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { Failure } from './failure.ts';

type Chunks = AsyncIterable<Uint8Array>;

interface Head {
  method: string;
  status: number;
  headers: Record<string, string>;
  maxBytes: number;
}

/**
 * An answer as its author wrote it: the body decompressed, never more than `maxBytes` of it, and no headers about the
 * form it travelled in. A body that is announced as too large fails at once with a `Failure`, any other while it is read.
 */
export function contentOf(body: Chunks, { method, status, headers, maxBytes }: Head) {
  const isEmpty = method === 'HEAD' || status === 204 || status === 304;
  const encodings = isEmpty ? [] : encodingsOf(headers['content-encoding']);
  if (encodings.length === 0) {
    if (!isEmpty && Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
    return { status, headers, body: atMost(maxBytes, body) };
  }
  // A second layer is legal and rare; more layers are only ever an attack.
  if (encodings.length > 2) throw new Failure('encoding');
  const rest = Object.entries(headers).filter(([name]) => !TRAVEL.has(name));
  const plain = encodings.reduceRight(decompressed, atMost(travellingBytes(maxBytes), body));
  return { status, headers: Object.fromEntries(rest), body: atMost(maxBytes, plain) };
}

const TRAVEL = new Set(['content-encoding', 'content-length']);

/** The encodings of a body, the outermost last. */
const encodingsOf = (header = '') =>
  header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');

/** Compressed bytes may outnumber plain ones when a server flushes often, but not without end. */
const travellingBytes = (maxBytes: number) => 2 * maxBytes + 65_536;

const tooLarge = (maxBytes: number) =>
  new Failure(
    'too_large',
    maxBytes < 1_000_000 ? `${maxBytes} bytes` : `${Math.round(maxBytes / 100_000) / 10} MB`,
  );

async function* atMost(maxBytes: number, chunks: Chunks) {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

async function* decompressed(chunks: Chunks, encoding: string): AsyncGenerator<Uint8Array> {
  const rest = chunks[Symbol.asyncIterator]();
  const first = await rest.next();
  // Some servers say "gzip" above an empty body.
  if (first.done) return;
  const decoder = decoderOf(encoding, first.value);
  pipeline(startingWith(first.value, rest), decoder, () => {});
  yield* decoder;
}

function decoderOf(encoding: string, first: Uint8Array): Transform {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  // "deflate" means zlib's format (RFC 9110, 8.4.1.2), but some servers send the bare one.
  if (encoding === 'deflate') return (first[0] ?? 0) % 16 === 8 ? createInflate() : createInflateRaw();
  throw new Failure('encoding');
}

async function* startingWith(first: Uint8Array, rest: AsyncIterator<Uint8Array>) {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** All chunks as one. */
export async function collected(chunks: Chunks): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
