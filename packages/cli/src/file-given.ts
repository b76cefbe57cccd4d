import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { onFile } from './file-error.ts';

/** A file as a call carries it. */
export interface GivenFile {
  name: string;
  mimeType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a file to send it. Its type is what its name says; the server looks at what it is. */
export async function fileGiven(path: string, cwd: string): Promise<GivenFile> {
  const whole = resolve(cwd, path);
  const bytes = new Uint8Array(await onFile(whole, () => readFile(whole)));
  const mimeType = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  return { name: basename(path), mimeType, bytes };
}

const TYPES: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.m4a': 'audio/mp4',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.webm': 'audio/webm',
};
