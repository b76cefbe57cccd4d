import { CrmflowError } from './errors.ts';
import type { Route } from './routes.ts';
import type { FileInput } from './types.ts';

/** What is sent, before it is known where to and by whom. */
export interface Request {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string | FormData;
}
export type Input = Record<string, unknown>;

/** How an input travels: path parameters, a query for what reads or deletes, else a body. */
export function requestFor({ method, path, takesFile }: Route, input: Input): Request {
  const { ifRevision, ...rest } = input;
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = segment(name, rest[name]);
    delete rest[name];
    return value;
  });
  const headers: Record<string, string> =
    ifRevision === undefined ? {} : { 'if-match': `"${String(ifRevision)}"` };
  const verb = method.toUpperCase();
  if (method === 'get' || method === 'delete') return { method: verb, path: filled + queryOf(rest), headers };
  if (takesFile) return { method: verb, path: filled, headers, body: formOf(rest) };
  headers['content-type'] = 'application/json';
  return { method: verb, path: filled, headers, body: JSON.stringify(rest) };
}

/** An empty segment, or one of dots, would make the path that of another operation. */
function segment(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  if (/^\.{0,2}$/.test(text)) throw new CrmflowError('invalid_input', `${name}: say which one is meant.`);
  return encodeURIComponent(text);
}

function queryOf(fields: Input): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) query.append(name, String(value));
  return query.size ? `?${query.toString()}` : '';
}

function formOf({ file, ...fields }: Input): FormData {
  const form = new FormData();
  // Before the file: a server that reads as it comes knows them when the file begins.
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) form.append(name, String(value));
  const { blob, name } = blobOf(file as FileInput);
  form.append('file', blob, name);
  return form;
}

function blobOf(file: FileInput): { blob: Blob; name: string } {
  if (file instanceof Blob) return { blob: file, name: 'name' in file ? String(file.name) : 'file' };
  if (file instanceof Uint8Array) return { blob: new Blob([copied(file)]), name: 'file' };
  const { bytes, name, mimeType = 'application/octet-stream' } = file;
  return { blob: new Blob([copied(bytes)], { type: mimeType }), name };
}
/** A Blob takes no view of shared memory. */
const copied = (bytes: Uint8Array) => new Uint8Array(bytes);
