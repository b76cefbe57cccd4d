import { CrmflowError } from '../../errors.ts';
import { quoted, type Database, type PoolClient } from '../database.ts';
import { apply, beginAlone, patient, type Migration } from '../migrate.ts';
import { mustBeAlone } from './alone.ts';
import { contents } from './dump.ts';
import type { Entry, Head, Piece, Tallies } from './entries.ts';
import { columnsOf, tablesIn, type Column } from './tables.ts';

/** How a database is filled. */
export interface Loading {
  entries: AsyncIterable<Entry>;
  /** All that this version of CRMFlow knows. */
  migrations: readonly Migration[];
  /** Who owns what is made on this machine, and is there from the start. */
  localUser: string;
  /** Whether what is there may be lost; undefined where nobody can be asked. */
  force: boolean | undefined;
  /** Whether all that was written is read again and compared; only where nothing had to be migrated. */
  compares: boolean;
}

/**
 * Fills a database with what was dumped, and brings it up to date: all in one transaction, so that it is all there or nothing
 * has changed.
 * @throws CrmflowError `conflict` for a database that holds something or is in use, and for what a newer version wrote
 */
export async function load({ pool, where }: Database, loading: Loading): Promise<Tallies> {
  const client = await pool.connect();
  try {
    await beginAlone(client);
    // A server at work would go on with what it remembers of the data before.
    await mustBeAlone(client, where, 'Stop its servers first.');
    await mustBeOurs(client, where, loading.migrations);
    if (!loading.force) await mustBeEmpty(client, where, loading);
    await clear(client);
    const tables = await fill(client, loading);
    await client.query(patient('ANALYZE'));
    await client.query(patient('COMMIT'));
    client.release();
    return tables;
  } catch (cause) {
    // Closing the connection rolls back what is open on it.
    client.release(true);
    throw cause;
  }
}

async function fill(client: PoolClient, { entries, migrations, compares }: Loading): Promise<Tallies> {
  const insert = createInsert(client);
  let head: Head | null = null;
  let tables: Tallies = {};
  for await (const entry of entries)
    switch (entry.kind) {
      case 'head':
        head = entry;
        mustBeKnown(entry, migrations);
        for (const migration of known(migrations, entry)) await apply(client, migration);
        break;
      case 'rows':
        await insert(entry);
        break;
      case 'end':
        ({ tables } = entry);
    }
  for (const migration of migrations.filter(({ name }) => !head?.migrations.includes(name)))
    await apply(client, migration);
  if (compares) await mustEqual(client, tables);
  return tables;
}

const known = (migrations: readonly Migration[], head: Head) =>
  migrations.filter(({ name }) => head.migrations.includes(name));

/** @throws CrmflowError `conflict` for what a newer version of CRMFlow wrote */
export function mustBeKnown({ migrations, crmflow }: Head, mine: readonly Migration[]) {
  const newer = migrations.find((name) => !mine.some((migration) => migration.name === name));
  if (newer === undefined) return;
  throw new CrmflowError(
    'conflict',
    `The backup was written by CRMFlow ${crmflow} with the migration ${newer}, which this version does not know. Restore it with that version or a newer one.`,
    { migration: newer },
  );
}

/** Tables of our names that none of our migrations made are somebody else's, whatever may be lost of ours. */
async function mustBeOurs(client: PoolClient, where: string, [first]: readonly Migration[]) {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations',
  );
  if (rows.some(({ name }) => name === first?.name)) return;
  const tables = await tablesIn(client);
  if (rows.length === 0 && tables.length === 0) return;
  const what = tables.length > 0 ? `the tables ${tables.join(', ')}` : `the migration ${rows[0]!.name}`;
  throw new CrmflowError(
    'conflict',
    `The database at ${where} belongs to another program: ${what} of it would be lost. Name an empty database, or a schema of its own by ?schema= in the URL.`,
    { tables },
  );
}

async function mustBeEmpty(client: PoolClient, where: string, { localUser, force }: Loading) {
  const held: string[] = [];
  for (const table of await tablesIn(client)) {
    const counting = `SELECT count(*) FROM ${quoted(table)}`;
    const { rows } = await client.query<{ count: string }>(
      table === 'User'
        ? { ...patient(`${counting} WHERE id <> $1`), values: [localUser] }
        : patient(counting),
    );
    if (rows[0]!.count !== '0') held.push(`${table} ${rows[0]!.count}`);
  }
  if (held.length === 0) return;
  throw new CrmflowError(
    'conflict',
    `The database at ${where} holds data already, by rows: ${held.join(', ')}. Name an empty one${force === undefined ? '' : ', or say --force: all of that is lost then'}.`,
    { held },
  );
}

/** Takes the tables away, with what they hold; what else stands in the database stays. */
async function clear(client: PoolClient) {
  const tables = (await tablesIn(client)).map(quoted);
  const { rows: types } = await client.query<{ name: string }>(TYPES, [tables]);
  if (tables.length > 0) await client.query(`DROP TABLE ${tables.join()}`);
  for (const { name } of types) await client.query(`DROP TYPE ${name}`);
  await client.query('DELETE FROM _prisma_migrations');
}
/** The enumerations that are columns of these tables. */
const TYPES = `SELECT DISTINCT atttypid::regtype::text AS name FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
  WHERE typtype = 'e' AND attrelid = ANY($1::regclass[])`;

function createInsert(client: PoolClient) {
  const known = new Map<string, Column[]>();
  return async ({ table, columns, rows }: Piece) => {
    if (!known.has(table)) known.set(table, await columnsOf(client, table));
    const typeOf = (name: string) => known.get(table)!.find((column) => column.name === name)?.type;
    const values = columns.map((_, at) => rows.map((row) => row[at]));
    const given = columns.map((_, at) => `c${at}`);
    await client.query({
      ...patient(`INSERT INTO ${quoted(table)} (${columns.map(quoted).join()})
        SELECT ${columns.map((name, at) => `c${at}::${typeOf(name)}`).join()}
        FROM unnest(${columns.map((_, at) => `$${at + 1}::text[]`).join()}) AS given(${given.join()})`),
      values,
    });
  };
}

async function mustEqual(client: PoolClient, expected: Tallies) {
  for await (const entry of contents(client)) {
    if (entry.kind !== 'end') continue;
    const differing = Object.keys(expected).find(
      (table) =>
        entry.tables[table]?.rows !== expected[table]!.rows ||
        entry.tables[table].digest !== expected[table]!.digest,
    );
    if (differing !== undefined)
      throw new CrmflowError(
        'internal',
        `The table ${differing} did not arrive as it was. Nothing was kept; the database that was read is as before.`,
      );
  }
}
