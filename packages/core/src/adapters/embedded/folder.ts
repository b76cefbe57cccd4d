import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { dependencies, version } from '../../../package.json';
import { CrmflowError } from '../../errors.ts';

/** Which engine wrote a data folder, kept beside the data as engine.json. */
export interface EngineNote {
  pglite: string;
  /** The major version of PostgreSQL, which decides who can read the files. */
  postgres: number;
  /** The version of CRMFlow that made the folder. */
  createdBy: string;
}

/** The engine of this version of CRMFlow. */
export const ENGINE = { pglite: dependencies['@electric-sql/pglite'], postgres: 18 };

/** The file that a new database begins as, for this engine alone. */
export const IMAGE = `database-${ENGINE.pglite}.image`;

/** The engine's own files inside a data folder. */
export const databaseIn = (dir: string) => join(dir, 'database');

/** Whether an engine has written there. */
export const holdsDatabase = (dir: string): boolean => writtenBy(dir) !== null;

/** Where a copy of it is kept for as long as a backup is taken. */
export const copyIn = (dir: string) => join(dir, 'backup');

/** Makes a data folder for its owner alone; one that is there keeps its mode, since it may hold other things. */
export function makeFolder(dir: string) {
  try {
    makeFolders(dir);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CrmflowError(
      'unavailable',
      `The data folder ${dir} cannot be made (${message}). Choose another with --data-dir.`,
      undefined,
      { cause },
    );
  }
}

/** Makes a folder and those it lies in, for their owner alone. */
export const makeFolders = (dir: string): void => makeEach(resolve(dir));

/** One after the other: where nothing can be made, as in /proc, Node's `recursive` never ends. */
function makeEach(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(dir) !== dir) makeEach(dirname(dir));
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (cause) {
    // Somebody else may have made it just now.
    if (codeOf(cause) !== 'EEXIST' || !statSync(dir).isDirectory()) throw cause;
  }
}

/**
 * Does something to the files of a data folder.
 * @throws CrmflowError `unavailable` when this process may not: whose it is, and what now
 */
export function inFolder<T>(dir: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'EROFS') throw notWritable(dir, 'its disk is read-only. Choose another', cause);
    if (code === 'EACCES' || code === 'EPERM')
      throw notWritable(dir, `${whose(dir)}. Start as its owner, make it yours, or choose another`, cause);
    throw cause;
  }
}

/** The system's name of an error: `ENOENT`. */
export const codeOf = (cause: unknown) => (cause as NodeJS.ErrnoException).code;

function whose(dir: string): string {
  const me = process.geteuid?.();
  const owner = me === undefined ? me : statSync(dir, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || owner === me) return 'its permissions, or those of a file in it, forbid it';
  return `it belongs to user ${owner}, and this process runs as user ${me}`;
}

const notWritable = (dir: string, why: string, cause: unknown) =>
  new CrmflowError(
    'unavailable',
    `The data folder ${dir} cannot be used: ${why} with --data-dir.`,
    { dir },
    { cause },
  );

/**
 * Looks at what is in a data folder before the engine touches it.
 * @throws CrmflowError `conflict` when another engine wrote it, `unavailable` when part of it is missing
 */
export function checkFolder(dir: string) {
  const note = readNote(dir);
  const written = writtenBy(dir) ?? note?.postgres ?? ENGINE.postgres;
  if (written !== ENGINE.postgres) throw foreign(dir, { ...note, postgres: written });
  if (existsSync(databaseIn(dir)) && writtenBy(dir) === null) throw damaged(dir);
}

/** Notes the engine beside the data, unless that is what stands there. */
export function noteEngine(dir: string) {
  const last = readNote(dir);
  if (last?.pglite === ENGINE.pglite) return;
  const note: EngineNote = { ...ENGINE, createdBy: last?.createdBy ?? version };
  const draft = `${noteIn(dir)}.draft`;
  writeFileSync(draft, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(draft, noteIn(dir));
}

const noteIn = (dir: string) => join(dir, 'engine.json');

function readNote(dir: string): EngineNote | null {
  try {
    return JSON.parse(readFileSync(noteIn(dir), 'utf8')) as EngineNote;
  } catch {
    // A new folder has none, and in an old one the engine's own files say it too.
    return null;
  }
}

/** The major version of PostgreSQL that the engine's own files name. */
function writtenBy(dir: string): number | null {
  const file = join(databaseIn(dir), 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

function foreign(dir: string, { postgres, createdBy }: Partial<EngineNote>): CrmflowError {
  const writer = createdBy ? `CRMFlow ${createdBy}` : 'the version that wrote it';
  return new CrmflowError(
    'conflict',
    `The data folder ${dir} was written by PostgreSQL ${postgres}, and this version of CRMFlow reads ${ENGINE.postgres}. Export it with ${writer} and import it here, or choose another folder with --data-dir.`,
    { found: postgres, reads: ENGINE.postgres },
  );
}

const damaged = (dir: string) =>
  new CrmflowError(
    'unavailable',
    `The data folder ${dir} is damaged: database/PG_VERSION is missing. Put back a copy of the folder, or choose another with --data-dir.`,
  );
