import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CrmflowError } from '@crmflow/core/contract';
import { onFile } from './file-error.ts';

interface How<T> {
  /** Reads what was written, and throws where it is not as it should be. */
  check(path: string): Promise<T>;
  signal: AbortSignal;
}

/** Writes a file that its owner alone may read: under its name it is whole, on the disk and checked, or not there. */
export async function writeWhole<T>(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { check, signal }: How<T>,
): Promise<{ bytes: number; checked: T }> {
  const there = await stat(path).catch(() => null);
  if (there && !there.isFile())
    throw new CrmflowError('invalid_input', `${path} is no file that could be replaced. Name another.`);
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

/** A name that was changed outlives a power cut as soon as its folder is on the disk. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder.
  if (process.platform === 'win32') return;
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
