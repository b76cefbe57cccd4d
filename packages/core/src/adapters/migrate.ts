import { createHash, randomUUID } from 'node:crypto';
import { CrmflowError } from '../errors.ts';
import type { Pool, PoolClient, QueryConfig } from './database.ts';

/** One step of the schema: a folder of prisma/migrations and its migration.sql. */
export interface Migration {
  name: string;
  sql: string;
}

/** A row of Prisma's own table, unless it was rolled back. */
interface Recorded {
  name: string;
  checksum: string;
  isFinished: boolean;
  logs: string | null;
}

/** The advisory lock that Prisma's migrate takes, so that it and we wait for each other. */
const LOCK = 72707369;
const LOCK_WAIT_MS = 60_000;
const RUN_MS = 3_600_000;

const UNDEFINED_TABLE = '42P01';
const LOCK_NOT_AVAILABLE = '55P03';
const MAY_NOT = '42501';

/**
 * Brings a database up to date and gives the names of what it applied. Each migration is one transaction, recorded as
 * `prisma migrate deploy` would; of several that start at once one applies it and the others wait.
 * @throws CrmflowError `conflict` when the database has a migration that is unknown here, was edited since or failed;
 * `unavailable` when one cannot be applied, of which then nothing is kept
 */
export async function migrate(pool: Pool, migrations: readonly Migration[]): Promise<string[]> {
  const client = await pool.connect();
  const applied: string[] = [];
  try {
    while (!isUpToDate(migrations, await readRecorded(client))) {
      const name = await applyFirstMissing(client, migrations);
      if (name) applied.push(name);
    }
  } catch (cause) {
    // Closing the connection rolls back what is open on it.
    client.release(true);
    throw cause;
  }
  client.release();
  return applied;
}

/** @throws CrmflowError `unavailable` when a migration is missing, with their names; `conflict` as `migrate` does */
export async function mustBeMigrated(pool: Pool, migrations: readonly Migration[]): Promise<void> {
  const client = await pool.connect();
  try {
    const applied = await appliedTo(client, migrations);
    const missing = migrations.map(({ name }) => name).filter((name) => !applied.includes(name));
    if (missing.length > 0)
      throw new CrmflowError('unavailable', applied.length > 0 ? older(missing) : EMPTY, { missing });
  } finally {
    client.release();
  }
}

const EMPTY = 'The database is empty. Make its tables: crmflow migrate';
const older = (missing: readonly string[]) =>
  `The database is of an older release: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Take a backup, then bring it up to date: crmflow migrate`;

const isUpToDate = (migrations: readonly Migration[], recorded: Recorded[]) =>
  firstMissing(migrations, recorded) === undefined &&
  recorded.every((row) => refusal(row, migrations) === null);

const firstMissing = (migrations: readonly Migration[], recorded: Recorded[]) =>
  migrations.find(({ name }) => !recorded.some((row) => row.name === name));

/** Gives null when another process was faster. What was read before the lock may have changed: it is read again. */
async function applyFirstMissing(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<string | null> {
  await beginAlone(client);
  const applied = await appliedTo(client, migrations);
  const missing = migrations.find(({ name }) => !applied.includes(name));
  if (missing) await apply(client, missing);
  await client.query('COMMIT');
  return missing?.name ?? null;
}

/** What has been applied to a database, in order. @throws CrmflowError `conflict` as `migrate` does */
export async function appliedTo(client: PoolClient, migrations: readonly Migration[]): Promise<string[]> {
  const recorded = await readRecorded(client);
  for (const row of recorded) {
    const refused = refusal(row, migrations);
    if (refused) throw refused;
  }
  return recorded.map(({ name }) => name);
}

/** Begins a transaction beside which nobody else changes the schema. */
export async function beginAlone(client: PoolClient) {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query(`SET LOCAL lock_timeout = ${LOCK_WAIT_MS}; SET LOCAL statement_timeout = 0`);
  try {
    await client.query(patient(`SELECT pg_advisory_xact_lock(${LOCK})`, 2 * LOCK_WAIT_MS));
  } catch (cause) {
    if ((cause as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new CrmflowError(
      'unavailable',
      'Another process has been bringing the database up to date for a minute. Wait for it, or stop it, then start again.',
      undefined,
      { cause },
    );
  }
  await client.query(TABLE).catch(mayNot);
}

/** In words, where the database's user lacks a right. */
function mayNot(cause: unknown): never {
  if ((cause as { code?: string }).code !== MAY_NOT) throw cause;
  throw new CrmflowError(
    'unavailable',
    `The database's user may not (${(cause as Error).message}). Bring it up to date once as its owner, crmflow migrate --database-url …, and grant this one its rights.`,
    undefined,
    { cause },
  );
}

/** A statement that may take longer than others are waited for. */
export const patient = (text: string, query_timeout = RUN_MS): QueryConfig & { query_timeout: number } => ({
  text,
  query_timeout,
});

/** Applies one migration within a transaction that `beginAlone` began, and records it. */
export async function apply(client: PoolClient, { name, sql }: Migration) {
  try {
    // A large table may take longer than any other statement is given.
    await client.query(patient(sql));
  } catch (cause) {
    const { message } = cause as Error;
    throw new CrmflowError(
      'unavailable',
      `The migration ${name} could not be applied (${message}). Nothing of it was kept; mend the cause, then start again.`,
      { migration: name },
      { cause },
    );
  }
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     VALUES ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [randomUUID(), checksum(sql), name],
  );
}

async function readRecorded(client: PoolClient): Promise<Recorded[]> {
  try {
    const { rows } = await client.query<Recorded>(RECORDED);
    return rows;
  } catch (cause) {
    if ((cause as { code?: string }).code === UNDEFINED_TABLE) return [];
    return mayNot(cause);
  }
}

/** Why a database with this row cannot be used, or null. */
function refusal(row: Recorded, migrations: readonly Migration[]): CrmflowError | null {
  const known = migrations.find(({ name }) => name === row.name);
  if (!row.isFinished) return refuse(row, `failed when it was applied${firstLine(row.logs)}`, RESOLVE);
  if (!known) return refuse(row, 'is unknown to this version of CRMFlow', UPGRADE);
  if (!isSame(known.sql, row.checksum)) return refuse(row, 'was edited after it was applied', RESTORE);
  return null;
}

const RESOLVE = 'Mend the database, then mark the migration with "prisma migrate resolve".';
const UPGRADE = 'A newer version wrote the database: start that one, or use another database.';
const RESTORE = 'Put back the migration as it was, and make the change in a new one.';

const refuse = ({ name }: Recorded, what: string, whatNow: string) =>
  new CrmflowError('conflict', `The database's migration ${name} ${what}. ${whatNow}`, { migration: name });

const firstLine = (logs: string | null) => (logs ? ` (${logs.trim().split('\n')[0]})` : '');

/** A file checked out with the line ends of another system is the same migration. */
function isSame(sql: string, recorded: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksum(text) === recorded);
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex');

const RECORDED = `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished", logs
  FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`;

/** As Prisma makes it. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
