import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { readMigrations } from '../../scripts/migrations.mjs';
import { migrateSpec } from '../storage/migrate-spec.ts';

const server = process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const name = `crmflow_${randomUUID().replaceAll('-', '')}`;
const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;

async function onServer(sql: string) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql);
  await client.end();
}

let database: Database;
beforeAll(async () => {
  await onServer(`CREATE DATABASE ${name}`);
  database = await openPostgres({ url });
});
afterAll(async () => {
  await database.close();
  await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
});

describe('bringing a database up to date', () => {
  migrateSpec(() => database.pool);

  it('does not wait for a lock when there is nothing to apply', async () => {
    const shelf = { name: '20260101000000_shelf', sql: 'CREATE TABLE shelf ()' };
    await migrate(database.pool, [shelf]);
    const prisma = await database.pool.connect();
    await prisma.query('SELECT pg_advisory_lock(72707369)');
    expect(await migrate(database.pool, [shelf])).toEqual([]);
    prisma.release(true);
  });
});

describe('beside Prisma’s own migrate', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const migrations = readMigrations(`${root}/prisma/migrations`);
  const prisma = async (command: string) => {
    const env = { ...process.env, DATABASE_URL: url };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [`${root}/scripts/prisma.mjs`, command],
      { env },
    );
    return { stdout, stderr };
  };

  beforeEach(async () => {
    await database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });

  it('leaves a database that its status finds up to date', async () => {
    expect(await migrate(database.pool, migrations)).toEqual(migrations.map(({ name }) => name));
    expect(await prisma('status')).toEqual({ stdout: '', stderr: 'The database is up to date.\n' });
  });

  it('finds nothing to do after its deploy', async () => {
    await prisma('deploy');
    expect(await migrate(database.pool, migrations)).toEqual([]);
  });
});
