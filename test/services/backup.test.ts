import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '@crmflow/core/open';
import { TABLES } from '../../packages/core/src/adapters/backup/tables.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import { crmflow } from '../cli/kit.ts';
import { fillEveryTable, rowsOf } from '../storage/backup-spec.ts';
import { newFolder, within } from '../storage/kit.ts';

const server = process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const names = [1, 2, 3].map(() => `crmflow_${randomUUID().replaceAll('-', '')}`);
const [full, empty, other] = names.map(
  (name) => Object.assign(new URL(server), { pathname: `/${name}` }).href,
);
const place = mkdtempSync(join(tmpdir(), 'crmflow-backup-'));
const file = join(place, 'all.backup');

async function onServer(sql: string) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql);
  await client.end();
}
async function rowsAt(url: string) {
  const { pool, close } = await openPostgres({ url });
  return rowsOf(pool).finally(close);
}

let rows: string[];
beforeAll(async () => {
  for (const name of names) await onServer(`CREATE DATABASE ${name}`);
  const { pool, close } = await openPostgres({ url: full! });
  await migrate(pool, migrations);
  await fillEveryTable(pool, TABLES);
  rows = await rowsOf(pool);
  await close();
});
afterAll(async () => {
  for (const name of names) await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
  rmSync(place, { recursive: true });
});

describe('a backup of PostgreSQL', () => {
  it('goes into the embedded database and back, row by row the same', async () => {
    expect(await crmflow(`backup ${file} --database-url ${full}`)).toMatchObject({ code: 0 });
    const dataDir = newFolder();
    expect(await crmflow(`restore ${file} --data-dir ${dataDir}`)).toMatchObject({ code: 0 });
    expect(await within({ dataDir }, ({ pool }) => rowsOf(pool))).toEqual(rows);
    expect(await crmflow(`migrate --to ${empty} --data-dir ${dataDir}`)).toMatchObject({ code: 0 });
    expect(await rowsAt(empty!)).toEqual(rows);
  });

  it('is taken while a server works on it, and restored or moved only once that is stopped', async () => {
    const opened = await openApp({ databaseUrl: other });
    const { workflows } = opened.app.as(opened.owner);
    try {
      const served = join(place, 'served.backup');
      expect(await crmflow(`backup ${served} --database-url ${other}`)).toMatchObject({ code: 0 });
      await workflows.list({});
      expect(await crmflow(`restore ${served} --force --database-url ${other}`)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          / is in use: another CRMFlow holds \d connections? to it\. Stop its servers first\.\n$/,
        ),
      });
      expect(await crmflow(`migrate --to ${newFolder()} --database-url ${other}`)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('What it stores from now on would stay behind.'),
      });
    } finally {
      await opened.close();
    }
    expect(await crmflow(`restore ${file} --force --database-url ${other}`)).toMatchObject({ code: 0 });
    expect(await rowsAt(other!)).toEqual(rows);
  });

  it('is never put in the place of what another program keeps under the same names, or by Prisma', async () => {
    const foreign = `postgres_foreign_${process.pid}`;
    await onServer(`CREATE DATABASE ${foreign}`);
    const url = Object.assign(new URL(server), { pathname: `/${foreign}` }).href;
    const on = async (sql: string) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client.query(sql).finally(() => client.end());
    };
    await on(`CREATE TABLE "User" (id int); INSERT INTO "User" VALUES (1)`);
    const refused = {
      code: 1,
      stderr: expect.stringContaining(
        'belongs to another program: the tables User of it would be lost',
      ) as string,
    };
    expect(await crmflow(`restore ${file} --force --database-url ${url}`)).toMatchObject(refused);
    expect(await crmflow(`restore ${file} --database-url ${url}`)).toMatchObject(refused);
    expect(await crmflow(`migrate --to ${url} --database-url ${full}`)).toMatchObject(refused);
    expect((await on('SELECT id FROM "User"')).rows).toEqual([{ id: 1 }]);
    await onServer(`DROP DATABASE ${foreign} WITH (FORCE)`);
  });

  it('shows one moment, whatever is written while it is taken', async () => {
    const { dump } = await import('../../packages/core/src/adapters/backup/dump.ts');
    const { pool, close } = await openPostgres({ url: full! });
    const client = await pool.connect();
    const counts: Record<string, number> = {};
    for await (const entry of dump(client, { crmflow: '0', at: '', migrations: [] })) {
      if (entry.kind !== 'rows') continue;
      counts[entry.table] = (counts[entry.table] ?? 0) + entry.rows.length;
      // Every table that is still to be read is emptied before that.
      if (entry.table === 'User') await pool.query('DELETE FROM "Message"; DELETE FROM "ExecutionLog"');
    }
    client.release();
    expect(counts).toMatchObject({ Message: 2, ExecutionLog: 2 });
    await close();
  });
});
