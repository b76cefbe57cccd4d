import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const server = new URL(process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres');
const migrations = readdirSync(`${root}/prisma/migrations`)
  .filter((name) => !name.endsWith('.toml'))
  .sort()
  .map((name) => ({ name, sql: readFileSync(`${root}/prisma/migrations/${name}/migration.sql`) }));

let url: URL;
const name = () => url.pathname.slice(1);

beforeEach(async () => {
  url = new URL(`/crmflow_${randomUUID().replaceAll('-', '')}?schema=public`, server);
  url.username = server.username;
  url.password = server.password;
  await ask(server, `CREATE DATABASE ${name()}`);
});
afterEach(() => ask(server, `DROP DATABASE ${name()} WITH (FORCE)`));

async function ask(where: URL, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: where.href });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
async function prisma(command: string) {
  const env = { ...process.env, DATABASE_URL: url.href };
  const script = `${root}/scripts/prisma.mjs`;
  return promisify(execFile)(process.execPath, [script, command], { env }).catch(
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

const UP_TO_DATE = { stdout: '', stderr: 'The database is up to date.\n' };

it('applies every migration to PostgreSQL once, and records each as Prisma does', async () => {
  const pending = migrations.map((migration) => `pending ${migration.name}\n`).join('');
  expect(await prisma('status')).toEqual({ code: 1, stdout: pending, stderr: '' });
  const applied = migrations.map((migration) => `applied ${migration.name}\n`).join('');
  expect(await prisma('deploy')).toEqual({ stdout: applied, stderr: '' });
  expect(await prisma('deploy')).toEqual(UP_TO_DATE);
  expect(await prisma('status')).toEqual(UP_TO_DATE);
  const rows = await ask(
    url,
    `SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS "isFinished", rolled_back_at
     FROM _prisma_migrations ORDER BY migration_name`,
  );
  expect(rows).toEqual(
    migrations.map((migration) => ({
      migration_name: migration.name,
      checksum: createHash('sha256').update(migration.sql).digest('hex'),
      applied_steps_count: 1,
      isFinished: true,
      rolled_back_at: null,
    })),
  );
});

it('tells when a migration was edited after it was applied', async () => {
  await prisma('deploy');
  await ask(
    url,
    `UPDATE _prisma_migrations SET checksum = 'another' WHERE migration_name = '${migrations[0]!.name}'`,
  );
  expect(await prisma('status')).toEqual({
    code: 1,
    stdout: `edited since it was applied: ${migrations[0]!.name}\n`,
    stderr: '',
  });
});
