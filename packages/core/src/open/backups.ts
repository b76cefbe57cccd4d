import { BACKUP, type Entry, type Head, type Tallies } from '../adapters/backup/entries.ts';
import type { Database } from '../adapters/database.ts';
import { CrmflowError } from '../errors.ts';
import { LOCAL_USER, openDatabase, type DatabaseOptions } from './database.ts';

export { BACKUP };

/** What a backup holds. */
export interface Restored {
  /** The version of CRMFlow that wrote it, and when. */
  crmflow: string;
  at: string;
  /** Rows by table. */
  rows: Record<string, number>;
}
/** Where it has been put, in words. */
export interface Placed {
  where: string;
}

/** The bytes of a backup of a database that nobody else has open, or of PostgreSQL whoever uses it. @throws CrmflowError `not_found` where there is none */
export async function* backUp(options: DatabaseOptions, version: string): AsyncGenerator<Uint8Array> {
  const database = await openStanding(options);
  try {
    yield* packedFrom(database, version);
  } finally {
    await database.close();
  }
}

/** The same of a database that is at work in this process. */
export async function* packedCopy(database: Database, version: string): AsyncGenerator<Uint8Array> {
  if (database.kind === 'postgres') yield* packedFrom(database, version);
  else yield* packedFromCopy(database, version);
}

async function* packedFromCopy(database: Database, version: string): AsyncGenerator<Uint8Array> {
  const { openCopy } = await import('../adapters/embedded/copy.ts');
  const copy = await openCopy(database);
  try {
    yield* packedFrom(copy, version);
  } finally {
    await copy.close();
  }
}

/** Nothing is made where nothing is: a slip in the name would back up an empty database. */
async function openStanding(options: DatabaseOptions): Promise<Database> {
  const { dataDir, databaseUrl } = options;
  const { holdsDatabase } = await import('../adapters/embedded/folder.ts');
  if (!databaseUrl && dataDir && !holdsDatabase(dataDir)) throw nothingIn(dataDir);
  return openDatabase(options);
}

const nothingIn = (where: string) =>
  new CrmflowError(
    'not_found',
    `There is no data of CRMFlow in ${where}. Check --data-dir or the database URL.`,
  );

async function* packedFrom(database: Database, version: string): AsyncGenerator<Uint8Array> {
  const { packed } = await import('../adapters/backup/file.ts');
  yield* packed(entriesOf(database, version));
}

async function* entriesOf({ pool, where }: Database, crmflow: string): AsyncGenerator<Entry> {
  const [{ dump }, { appliedTo }, { migrations: known }, { clock }] = await Promise.all([
    import('../adapters/backup/dump.ts'),
    import('../adapters/migrate.ts'),
    import('../generated/migrations.ts'),
    import('../adapters/clock.ts'),
  ]);
  const client = await pool.connect();
  try {
    const migrations = await appliedTo(client, known);
    if (migrations.length === 0) throw nothingIn(where);
    yield* dump(client, { crmflow, at: clock.now().toISOString(), migrations });
  } finally {
    client.release();
  }
}

/**
 * Reads a backup to its end and says what it holds.
 * @throws CrmflowError `unprocessable` for a file that is none or is damaged, `conflict` for one of a newer version
 */
export async function readBackup(path: string): Promise<Restored> {
  const [{ verify, unpacked }, { mustBeKnown }, { migrations }] = await Promise.all([
    import('../adapters/backup/file.ts'),
    import('../adapters/backup/load.ts'),
    import('../generated/migrations.ts'),
  ]);
  await verify(path);
  let head: Head | null = null;
  let tables: Tallies = {};
  for await (const entry of unpacked(path)) {
    if (entry.kind === 'head') mustBeKnown((head = entry), migrations);
    if (entry.kind === 'end') ({ tables } = entry);
  }
  return { crmflow: head!.crmflow, at: head!.at, rows: rowsOf(tables) };
}

/**
 * Puts a backup into a database and brings it up to date: all of it, or nothing has changed.
 * @throws CrmflowError as `readBackup` does, before anything is touched; `conflict` for a database that is in use, or that holds
 * something without `force`
 */
export async function restore(
  path: string,
  options: DatabaseOptions,
  { force }: { force: boolean },
): Promise<Restored & Placed> {
  const restored = await readBackup(path);
  const { unpacked } = await import('../adapters/backup/file.ts');
  const { where } = await filled(options, unpacked(path), { force, compares: false });
  return { ...restored, where };
}

/**
 * Copies all of a database into another, empty one, and compares what has arrived row by row.
 * @throws CrmflowError `conflict` for one that holds something, and where either is in use
 */
export async function moveTo(
  from: DatabaseOptions,
  to: DatabaseOptions,
  version: string,
): Promise<Pick<Restored, 'rows'> & Placed> {
  const database = await openStanding(from);
  try {
    const [{ migrate }, { migrations }, { mustBeAlone }] = await Promise.all([
      import('../adapters/migrate.ts'),
      import('../generated/migrations.ts'),
      import('../adapters/backup/alone.ts'),
    ]);
    await mustBeAlone(database.pool, database.where, STAYS_BEHIND);
    await migrate(database.pool, migrations);
    const entries = entriesOf(database, version);
    const { tables, where } = await filled(to, entries, { force: undefined, compares: true });
    return { rows: rowsOf(tables), where };
  } finally {
    await database.close();
  }
}

const STAYS_BEHIND =
  'What it stores from now on would stay behind. Stop its servers first, or copy it as it stands with crmflow backup and crmflow restore.';

async function filled(
  options: DatabaseOptions,
  entries: AsyncIterable<Entry>,
  how: { force: boolean | undefined; compares: boolean },
): Promise<Placed & { tables: Tallies }> {
  const [{ load }, { migrations }] = await Promise.all([
    import('../adapters/backup/load.ts'),
    import('../generated/migrations.ts'),
  ]);
  const database = await openDatabase(options);
  try {
    const tables = await load(database, { entries, migrations, localUser: LOCAL_USER, ...how });
    return { tables, where: database.where };
  } finally {
    await database.close();
  }
}

const rowsOf = (tables: Tallies) =>
  Object.fromEntries(Object.entries(tables).map(([table, { rows }]) => [table, rows]));
