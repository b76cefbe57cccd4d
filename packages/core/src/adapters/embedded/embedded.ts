import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPool, type Database, type Pool } from '../database.ts';
import { createEngine, type Engine } from './engine.ts';
import { checkFolder, copyIn, databaseIn, IMAGE, makeFolder, noteEngine } from './folder.ts';
import { lockFolder, type FolderLock } from './lock.ts';

/** Where the embedded database is kept, and how carefully. */
export interface EmbeddedOptions {
  dataDir: string;
  /** Whether each commit waits for the disk, and so outlives a power cut: yes unless told otherwise. */
  syncs?: boolean;
}

const ANSWER_MS = 30_000;

/**
 * Opens the database in a data folder, which is made when absent and belongs to this process until it closes or ends.
 * @throws CrmflowError `conflict` when a process has the folder or another engine wrote it, `unavailable` when it
 * cannot be opened
 */
export async function openEmbedded({ dataDir, syncs = true }: EmbeddedOptions): Promise<Database> {
  const dir = resolve(dataDir);
  const engine = createEngine();
  let lock: FolderLock | null = null;
  try {
    makeFolder(dir);
    lock = lockFolder(dir);
    // What a backup left behind that was cut off.
    rmSync(copyIn(dir), { recursive: true, force: true });
    checkFolder(dir);
    const opening = engine.open({ folder: databaseIn(dir), image: findImage(), syncs });
    const [pool] = await Promise.all([poolOf(engine), opening]);
    noteEngine(dir);
    return database({ dir, pool, engine, lock });
  } catch (cause) {
    await engine.close(Promise.resolve());
    lock?.release();
    throw cause;
  }
}

function database(parts: { dir: string; pool: Pool; engine: Engine; lock: FolderLock }): Database {
  const { dir, pool, engine, lock } = parts;
  const close = async () => {
    await engine.close(pool.ending ? Promise.resolve() : pool.end());
    lock.release();
  };
  let closed: Promise<void> | null = null;
  return { kind: 'embedded', pool, where: dir, close: () => (closed ??= close()) };
}

/** One connection, since the engine has one session. What the environment says of another PostgreSQL is overruled. */
const poolOf = (engine: Engine): Promise<Pool> =>
  createPool({
    stream: () => engine.connection(),
    ...{ host: 'localhost', user: 'postgres', database: 'postgres', password: '', ssl: false, options: '' },
    ...{ max: 1, idleTimeoutMillis: 0 },
    // Long enough for any statement of ours; an engine that says nothing for as long is ended and started again.
    ...{ query_timeout: ANSWER_MS, connectionTimeoutMillis: ANSWER_MS },
  });

/** A new database, packed: beside the built code, or where the build of these sources put it. */
function findImage(): string | null {
  const places = [`./${IMAGE}`, `../../../dist/${IMAGE}`];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync) ?? null;
}
