import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';

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
