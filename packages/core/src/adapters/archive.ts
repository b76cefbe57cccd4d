import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { CrmflowError } from '../errors.ts';
import type { Archive, ArchivedSession } from '../store.ts';
import { clock } from './clock.ts';
import { makeFolders } from './embedded/folder.ts';
import { ids } from './ids.ts';
import { jsonLines, linesIn } from './json-lines.ts';

const NAME = /^sessions-.*\.jsonl\.gz$/;

/** Makes the folder where it is not there. @throws CrmflowError `invalid_input` where it cannot be one */
export async function openArchive(folder: string): Promise<Archive> {
  try {
    makeFolders(folder);
  } catch (cause) {
    const sentence = `No archive can be kept in ${folder}: ${(cause as Error).message}. Name another folder.`;
    throw new CrmflowError('invalid_input', sentence, undefined, { cause });
  }
  return createArchive(folder);
}

/**
 * A folder of files with ended sessions, JSON Lines in gzip, for their owner alone. A file is whole and on the disk, or it is not
 * there; none is changed but to take somebody out.
 */
function createArchive(folder: string): Archive {
  /** One after the other: who is taken out must not be in what is just being written. */
  let last = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => (last = last.catch(() => undefined).then(work));
  return {
    write: (sessions) =>
      inTurn(async () => {
        makeFolders(folder);
        const at = clock.now().toISOString().replaceAll(':', '-');
        await put(join(folder, `sessions-${at}-${ids.row()}.jsonl.gz`), sessions);
      }),
    forget: (contactId) =>
      inTurn(async () => {
        if (existsSync(folder)) for (const path of await filesAt(folder)) await without(path, contactId);
      }),
  };
}

/** The files of a folder, oldest first; a file is itself. */
export async function filesAt(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function put(path: string, sessions: AsyncIterable<ArchivedSession>): Promise<void> {
  const draft = `${path}.draft`;
  try {
    const file = createWriteStream(draft, { mode: 0o600, flush: true });
    await pipeline(jsonLines(sessions), createGzip(), file);
    await rename(draft, path);
    await syncFolder(join(path, '..'));
  } finally {
    await rm(draft, { force: true });
  }
}

/** A new name outlives a power cut as soon as its folder is on the disk; Windows opens no folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const opened = await open(folder);
  await opened.sync().finally(() => opened.close());
}

async function without(path: string, contactId: string): Promise<void> {
  let isIn = false;
  for await (const session of archivedIn(path)) isIn ||= session.contactId === contactId;
  if (isIn) await put(path, othersIn(path, contactId));
}
async function* othersIn(path: string, contactId: string) {
  for await (const session of archivedIn(path)) if (session.contactId !== contactId) yield session;
}

/** The sessions in one file of an archive. */
export async function* archivedIn(path: string): AsyncGenerator<ArchivedSession> {
  const gunzip = createGunzip();
  const feeding = pipeline(createReadStream(path), gunzip);
  // What goes wrong ends the reading below as well.
  feeding.catch(() => undefined);
  // The file says what `put` wrote.
  for await (const line of linesIn(gunzip)) yield JSON.parse(line) as ArchivedSession;
  await feeding;
}
