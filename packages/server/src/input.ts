import express, { type Request, type RequestHandler, type Response } from 'express';
import multer from 'multer';
import { CrmflowError, MOST_FILE_BYTES, type Entry } from '@crmflow/core/contract';

const MB = 1_000_000;
/** Workflows and knowledge are written by their owners; what visitors send is short. */
const mostOf = ({ noun }: Entry) => (noun === 'workflows' || noun === 'knowledge' ? 10 * MB : MB);
/** A file with the fields beside it. */
const FORM_BYTES = MOST_FILE_BYTES + MB;
const MAX_DEPTH = 100;

/** What reads the body of an operation, if it has one. */
function bodyReaders(entry: Entry): RequestHandler[] {
  const { method, upload } = entry.op;
  if (method === 'get' || method === 'delete') return [];
  if (upload) return [onlyMultipart, multipart(upload)];
  return [onlyJson, express.json({ limit: mostOf(entry), strict: false, inflate: true })];
}

/** Reads the body of a request, as its operation takes it. */
export function bodyReader(entry: Entry): (request: Request, response: Response) => Promise<void> {
  const readers = bodyReaders(entry);
  return async (request, response) => {
    for (const reader of readers)
      await new Promise<void>((resolve, reject) => {
        void reader(request, response, (cause?: unknown) => {
          if (cause === undefined) resolve();
          else reject(cause instanceof Error ? cause : new Error('The body cannot be read.', { cause }));
        });
      });
  };
}

const hasBody = ({ headers }: Request) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const onlyJson: RequestHandler = (request, _response, next) => {
  if (hasBody(request) && !request.is('json'))
    throw new CrmflowError('unsupported_media', 'Send JSON: content-type: application/json.');
  next();
};
const onlyMultipart: RequestHandler = (request, _response, next) => {
  if (!request.is('multipart/form-data'))
    throw new CrmflowError('unsupported_media', 'Send the file as multipart/form-data, in the field "file".');
  next();
};

/** Kept in memory until it was looked at: nothing is left behind when a client goes away. */
function multipart(field: string): RequestHandler {
  const limits = {
    fileSize: MOST_FILE_BYTES,
    files: 1,
    fields: 10,
    fieldSize: 10_000,
    fieldNameSize: 100,
    parts: 11,
  };
  const read = multer({ storage: multer.memoryStorage(), limits }).single(field);
  return (request, response, next) => {
    const tooLarge = () => next(fileTooLarge());
    if (Number(request.headers['content-length']) > FORM_BYTES) return tooLarge();
    // The library answers when all has come: what has no end would never be refused.
    let come = 0;
    request.on('data', ({ length }: Buffer) => {
      come += length;
      if (come > FORM_BYTES) tooLarge();
    });
    read(request, response, (cause?: unknown) => next(cause === undefined ? cause : unreadable(cause)));
  };
}

/** Whatever the library throws is about what was sent: nothing else is read or written here. */
function unreadable(cause: unknown): CrmflowError {
  const refusal = (sentence: string) => new CrmflowError('invalid_input', sentence, undefined, { cause });
  if (!(cause instanceof multer.MulterError))
    return refusal(
      'This is no form that can be read. Send multipart/form-data with its boundary, the file in the field "file".',
    );
  if (cause.code === 'LIMIT_FILE_SIZE') return fileTooLarge();
  return refusal('Send one file in the field "file", and a few short fields.');
}

const fileTooLarge = () =>
  new CrmflowError('too_large', `The file is too large: at most ${MOST_FILE_BYTES / MB} MB are taken.`);

/** The input of an operation as it came: path and query of what reads, path and body of what writes. */
export function inputOf({ op: { method, isVersioned, upload } }: Entry, request: Request): unknown {
  const { params, query } = request;
  if (method === 'get' || method === 'delete') return { ...query, ...params };
  const body: unknown = request.body ?? {};
  if (!isObject(body)) throw new CrmflowError('invalid_input', 'The body must be a JSON object.');
  mustBePlain(body);
  return {
    ...body,
    ...(upload && fileIn(request)),
    ...params,
    ...(isVersioned && method === 'put' && revisionIn(request)),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuses what would go too deep for whoever walks it, and names that objects inherit by. */
function mustBePlain(body: object): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length; depth++) {
    if (depth > MAX_DEPTH)
      throw new CrmflowError('invalid_input', `The body is nested deeper than ${MAX_DEPTH}.`);
    level = level.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (Object.hasOwn(value, '__proto__'))
        throw new CrmflowError('invalid_input', 'A field may not be called __proto__.');
      return Object.values(value) as unknown[];
    });
  }
}

function fileIn({ file }: Request) {
  if (!file) return {};
  const { originalname, mimetype, buffer } = file;
  // The library reads names as Latin-1; browsers send them in UTF-8.
  const name = Buffer.from(originalname, 'latin1').toString('utf8');
  return { file: { name, mimeType: mimetype, bytes: new Uint8Array(buffer) } };
}

/** If-Match as our own ETag writes it; `*` is any revision. */
function revisionIn({ headers }: Request): { ifRevision?: number } {
  const match = headers['if-match'];
  if (match === undefined || match.trim() === '*') return {};
  const revision = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(match)?.[1];
  if (revision === undefined)
    throw new CrmflowError('invalid_input', 'If-Match must be the ETag of this workflow as it was read.');
  return { ifRevision: Number(revision) };
}

/** The Idempotency-Key of a request. */
export function idempotencyKeyIn({ headers }: Request): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new CrmflowError('invalid_input', 'Idempotency-Key must be 1 to 200 visible characters.');
}
