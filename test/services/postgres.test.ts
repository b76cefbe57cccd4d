import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../../chaos/fresh-database.mjs';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import { crmflow } from '../cli/kit.ts';
import { startServe } from '../cli/served.ts';

const SECRETS = {
  JWT_SECRET: 'a secret of 32 bytes for this test',
  ENCRYPTION_KEY: 'a key of 32 bytes, for this test',
};

const server = process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

it('works in the schema that the URL names, which it makes', async () => {
  const schema = `crmflow ${randomUUID()}`;
  const url = new URL(server);
  url.searchParams.set('schema', schema);
  for (const time of ['first', 'again']) {
    const { pool, close } = await openPostgres({ url: url.href });
    const { rows } = await pool.query('SELECT current_schema() AS schema');
    if (time === 'again') await pool.query(`DROP SCHEMA "${schema}"`);
    await close();
    expect(rows).toEqual([{ schema }]);
  }
});

it('goes on after its connection was lost, with prepared statements', async () => {
  const { pool, close } = await openPostgres({ url: server, maxConnections: 1 });
  const half = (n: number) =>
    pool.query<{ half: number; pid: number }>({
      name: 'half',
      text: 'SELECT $1::int / 2 AS half, pg_backend_pid() AS pid',
      values: [n],
    });
  const [before] = (await half(8)).rows;
  const other = await openPostgres({ url: server });
  await expect(
    Promise.all([
      pool.query('SELECT pg_sleep(60)'),
      other.pool.query('SELECT pg_terminate_backend($1)', [before!.pid]),
    ]),
  ).rejects.toMatchObject({ code: '57P01' });
  expect((await half(6)).rows).toMatchObject([{ half: 3 }]);
  await Promise.all([other.close(), close()]);
});

it('says what to correct when the database is not there', async () => {
  const url = Object.assign(new URL(server), { pathname: '/crmflow_nowhere' });
  await expect(openPostgres({ url: url.href })).rejects.toMatchObject({
    code: 'unavailable',
    message: `PostgreSQL at ${url.host}/crmflow_nowhere gives no connection (database "crmflow_nowhere" does not exist). Create it with createdb, or correct its name in the database URL.`,
  });
});

it('warns when its clock and the one of this machine are far apart', async () => {
  const heard: string[] = [];
  const warn = (sentence: string) => void heard.push(sentence);
  for (const seconds of [-90, -2, 2, 60]) {
    const { close } = await openPostgres({ url: server, warn, now: () => Date.now() + seconds * 1000 });
    await close();
  }
  expect(heard.map((sentence) => sentence.split('.')[0])).toEqual([
    "The clock of this machine is 90 s behind the database's",
    "The clock of this machine is 60 s ahead of the database's",
  ]);
});

it('has each statement planned once, from the first on', async () => {
  const { pool, close } = await openPostgres({ url: server });
  const { rows } = await pool.query('SHOW plan_cache_mode');
  await close();
  expect(rows).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
});

describe('an older database', () => {
  /** One of its own, as it was before the last migration. */
  async function older() {
    const home = await freshDatabase();
    onTestFinished(() => home.remove());
    const { databaseUrl } = home.store;
    const database = await openPostgres({ url: databaseUrl });
    await migrate(database.pool, migrations.slice(0, -1));
    onTestFinished(() => database.close());
    const count = async () =>
      (await database.pool.query<{ count: number }>('SELECT count(*)::int FROM _prisma_migrations')).rows[0]!
        .count;
    return { databaseUrl, pool: database.pool, count };
  }
  const last = migrations.at(-1)!.name;

  it('is told of by doctor, which changes nothing, and brought up to date by the next command', async () => {
    const { databaseUrl, count } = await older();
    const doctor = await crmflow(['doctor', '--database-url', databaseUrl]);
    expect(doctor.stdout).toContain(
      `warn  database: The database is of an older release: ${last} is missing. Take a backup, then bring it up to date: crmflow migrate`,
    );
    expect([doctor.code, await count()]).toEqual([0, migrations.length - 1]);
    await crmflow(['migrate', '--database-url', databaseUrl]);
    expect(await count()).toBe(migrations.length);
    expect((await crmflow(['doctor', '--database-url', databaseUrl])).stdout).toContain('up to date');
  });

  it('is brought up to date by a server, which says so', async () => {
    const { databaseUrl } = await older();
    const { stop } = await startServe(`--database-url ${databaseUrl}`, { env: SECRETS });
    expect((await stop()).stderr).toContain(`The database was brought up to date: ${last}.`);
  });

  it('is not changed by a user who may not, who hears what to do', async () => {
    const { databaseUrl, pool } = await older();
    const user = `crmflow_${randomUUID().replaceAll('-', '')}`;
    await pool.query(`CREATE ROLE ${user} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${user}`);
    onTestFinished(async () => void (await pool.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)));
    const url = Object.assign(new URL(databaseUrl), { username: user }).href;
    const { code, stderr } = await crmflow(['migrate', '--database-url', url]);
    expect(stderr).toMatch(
      /^error: The database's user may not \(permission denied.*grant this one its rights\.\n$/,
    );
    expect(code).not.toBe(0);
  });
});

it('is not ready while the database takes nothing new, as a replica', async () => {
  const home = await freshDatabase();
  onTestFinished(() => home.remove());
  const { databaseUrl } = home.store;
  const { url, stop } = await startServe(`--database-url ${databaseUrl}`, { env: SECRETS });
  onTestFinished(async () => void (await stop()));
  const ready = async () => (await fetch(`${url}/api/health/ready`)).status;
  expect(await ready()).toBe(200);
  const { pool, close } = await openPostgres({ url: databaseUrl });
  onTestFinished(close);
  const { rows } = await pool.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  await pool.query(`ALTER DATABASE ${rows[0]!.name} SET default_transaction_read_only = on`);
  await pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await expect.poll(ready, { timeout: 10_000 }).toBe(503);
});
