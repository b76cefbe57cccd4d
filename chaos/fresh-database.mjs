import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A new, empty database on the PostgreSQL server of the tests. Fails when there is no server. */
export async function freshDatabase() {
  const server = process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
  const name = `crmflow_test_${randomUUID().replaceAll('-', '_')}`;
  const run = async (sql) => {
    const client = new pg.Client(server);
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await run(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { store: { databaseUrl: url.href }, remove: () => run(`drop database ${name} with (force)`) };
}
