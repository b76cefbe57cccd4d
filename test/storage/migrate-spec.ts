import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { beforeEach, expect, it } from 'vitest';
import { migrate, type Migration } from '../../packages/core/src/adapters/migrate.ts';

const shelf: Migration = { name: '20260101000000_shelf', sql: 'CREATE TABLE shelf (id int PRIMARY KEY);\n' };
const book: Migration = {
  name: '20260102000000_book',
  sql: "CREATE TABLE book (title text DEFAULT ';');\nALTER TABLE book ADD COLUMN shelf int REFERENCES shelf;\n",
};
const RECORD = `SELECT id, checksum, migration_name, logs, rolled_back_at, applied_steps_count,
  finished_at >= started_at AS "isFinished" FROM _prisma_migrations ORDER BY started_at`;

/** What bringing a database up to date promises, on any of the databases. The pool's database is emptied. */
export function migrateSpec(pool: () => Pool) {
  const tables = async () => {
    const sql =
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1";
    return (await pool().query<{ tablename: string }>(sql)).rows.map(({ tablename }) => tablename);
  };
  const record = (
    name: string,
    sql: string,
    rest: { finished?: boolean; rolledBack?: boolean; logs?: string },
  ) =>
    pool().query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at, logs)
       VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END, CASE WHEN $5 THEN now() END, $6)`,
      [randomUUID(), sha256(sql), name, rest.finished ?? false, rest.rolledBack ?? false, rest.logs ?? null],
    );

  beforeEach(async () => {
    await pool().query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });

  it('applies what is missing, in order, and nothing twice', async () => {
    expect(await migrate(pool(), [shelf])).toEqual([shelf.name]);
    expect(await migrate(pool(), [shelf, book])).toEqual([book.name]);
    expect(await migrate(pool(), [shelf, book])).toEqual([]);
    expect(await tables()).toEqual(['book', 'shelf']);
  });

  it('records what it applied as Prisma does', async () => {
    await migrate(pool(), [shelf, book]);
    const row = ({ name, sql }: Migration) => ({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: sha256(sql),
      migration_name: name,
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      isFinished: true,
    });
    expect((await pool().query(RECORD)).rows).toEqual([row(shelf), row(book)]);
  });

  it('applies each once when five start at the same time', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(pool(), [shelf, book])));
    expect(applied.flat().sort()).toEqual([shelf.name, book.name]);
    expect(await tables()).toEqual(['book', 'shelf']);
  });

  it('keeps nothing of one that fails, names it, and goes on once it is mended', async () => {
    const broken = { ...book, sql: 'CREATE TABLE book (title text); SELECT 1 / 0;' };
    await expect(migrate(pool(), [shelf, broken])).rejects.toMatchObject({
      code: 'unavailable',
      message: `The migration ${book.name} could not be applied (division by zero). Nothing of it was kept; mend the cause, then start again.`,
      details: { migration: book.name },
    });
    expect(await tables()).toEqual(['shelf']);
    expect(await migrate(pool(), [shelf, book])).toEqual([book.name]);
  });

  it('refuses a database with a migration that it does not know', async () => {
    await migrate(pool(), [shelf, book]);
    await expect(migrate(pool(), [shelf])).rejects.toMatchObject({
      code: 'conflict',
      message: `The database's migration ${book.name} is unknown to this version of CRMFlow. A newer version wrote the database: start that one, or use another database.`,
      details: { migration: book.name },
    });
  });

  it('refuses a migration that was edited after it was applied', async () => {
    await migrate(pool(), [shelf]);
    const edited = { ...shelf, sql: 'CREATE TABLE shelf (id bigint PRIMARY KEY);\n' };
    await expect(migrate(pool(), [edited, book])).rejects.toMatchObject({
      code: 'conflict',
      message: `The database's migration ${shelf.name} was edited after it was applied. Put back the migration as it was, and make the change in a new one.`,
    });
    expect(await tables()).toEqual(['shelf']);
  });

  it('refuses a database where Prisma’s own deploy failed, until that is resolved', async () => {
    await migrate(pool(), [shelf]);
    await record(book.name, book.sql, { logs: 'no space left\nmore' });
    await expect(migrate(pool(), [shelf, book])).rejects.toMatchObject({
      code: 'conflict',
      message: `The database's migration ${book.name} failed when it was applied (no space left). Mend the database, then mark the migration with "prisma migrate resolve".`,
    });
    await pool().query('UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL');
    expect(await migrate(pool(), [shelf, book])).toEqual([book.name]);
  });

  it('knows a migration again whose line ends are those of another system', async () => {
    await migrate(pool(), [shelf]);
    const windows = { ...shelf, sql: shelf.sql.replaceAll('\n', '\r\n') };
    expect(await migrate(pool(), [windows])).toEqual([]);
    await migrate(pool(), [shelf, { ...book, sql: book.sql.replaceAll('\n', '\r\n') }]);
    expect(await migrate(pool(), [shelf, book])).toEqual([]);
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
