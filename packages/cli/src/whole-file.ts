import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CrmflowError } from '@crmflow/core/contract';
import { onFile } from './file-error.ts';

interface How<T> {
  /** How a file begins that may be replaced: whatever else bears the name stays. */
  beginsWith: string;
  /** Reads what was written, and throws where it is not as it should be. */
  check(path: string): Promise<T>;
  signal: AbortSignal;
}

/** Writes a file that its owner alone may read: under its name it is whole, on the disk and checked, or not there. */
export async function writeWhole<T>(
  name: string,
  content: AsyncIterable<Uint8Array>,
  { beginsWith, check, signal }: How<T>,
): Promise<{ bytes: number; checked: T }> {
  // What a link leads to is written, so that a full disk is the one that was meant.
  const path = await realpath(name).catch(() => name);
  const there = await stat(path).catch(() => null);
  if (there && !(there.isFile() && (await mayGo(path, beginsWith))))
    throw new CrmflowError(
      'invalid_input',
      `${path} is something else, and stays as it is. Name another file, or delete it first.`,
    );
  await onFile(dirname(path), () => stat(dirname(path)));
  const draft = `${path}.${process.pid}.draft`;
  return onFile(path, async () => {
    try {
      await rm(draft, { force: true });
      const file = await open(draft, 'wx', 0o600);
      await pipeline(content, file.createWriteStream({ flush: true }), { signal });
      const checked = await check(draft);
      const { size } = await stat(draft);
      await rename(draft, path);
      await syncFolder(dirname(path));
      return { bytes: size, checked };
    } finally {
      await rm(draft, { force: true });
    }
  });
}

/** Whether a file is empty, or begins as it should. */
async function mayGo(path: string, beginsWith: string): Promise<boolean> {
  return onFile(path, async () => {
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(beginsWith.length), 0, beginsWith.length, 0);
      return bytesRead === 0 || buffer.toString('latin1') === beginsWith;
    } finally {
      await file.close();
    }
  });
}

/** A name that was changed outlives a power cut as soon as its folder is on the disk. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder.
  if (process.platform === 'win32') return;
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
