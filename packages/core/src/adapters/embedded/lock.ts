import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CrmflowError } from '../../errors.ts';
import { inFolder } from './folder.ts';

/** A data folder that is ours until we release it or the process ends, however it ends. */
export interface FolderLock {
  release(): void;
}

interface Holder {
  pid: number;
  /** An ISO time. */
  since: string;
}

/** The system's own file lock (OFD, flock, LockFileEx): false when another open file holds it. */
type TryLock = (fd: number, offset?: number, length?: number) => boolean;

/**
 * Takes a data folder for this process.
 * @throws CrmflowError `conflict` when a process has it, this one included; details name its pid and the time.
 * `unavailable` when this process may not write there
 */
export function lockFolder(dir: string): FolderLock {
  const file = join(dir, 'lock');
  const fd = inFolder(dir, () => openSync(file, 'a+', 0o600));
  if (!tryLock(fd)) {
    closeSync(fd);
    throw inUse(dir, readHolder(file));
  }
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  ftruncateSync(fd);
  writeSync(fd, JSON.stringify(holder));
  return { release: () => closeSync(fd) };
}

// It has no types, and is needed by those alone who open a folder.
const require = createRequire(import.meta.url);

function tryLock(fd: number): boolean {
  const native = require('fs-native-extensions') as { tryLock: TryLock };
  // Windows lets nobody read a locked range: there the lock stands beyond what is written.
  return process.platform === 'win32' ? native.tryLock(fd, 2 ** 20, 1) : native.tryLock(fd);
}

/** What the holder wrote; null in the instant before it has. */
function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function inUse(dir: string, holder: Holder | null): CrmflowError {
  const who = holder ? `process ${holder.pid} (since ${holder.since})` : 'another process';
  return new CrmflowError(
    'conflict',
    `The data folder ${dir} is in use by ${who}. Stop it, or choose another folder with --data-dir. To work on one folder with several commands at once, start crmflow serve: the others go through it.`,
    holder ?? undefined,
  );
}
