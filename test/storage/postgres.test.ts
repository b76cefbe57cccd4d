import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';

const refusalOf = (url: string) => openPostgres({ url }).catch((error: unknown) => error);

/** A port of this machine where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('says which PostgreSQL gives no connection and what to check, and never the password', async () => {
  const host = `127.0.0.1:${await freePort()}`;
  const refusal = await refusalOf(`postgresql://ada:hush@${host}/sales?schema=public`);
  expect(refusal).toMatchObject({
    code: 'unavailable',
    message: `PostgreSQL at ${host}/sales gives no connection (connect ECONNREFUSED ${host}). Check that it runs and may be reached from here, and the host and port in the database URL.`,
  });
  expect(inspect(refusal, { depth: null })).not.toContain('hush');
});

it.each(['mysql://ada:hush@localhost/sales', 'postgresql://ada:hush@local host/sales', 'hush'])(
  'refuses what is no address of PostgreSQL, without repeating it: %s',
  async (url) => {
    const refusal = await refusalOf(url);
    expect(refusal).toMatchObject({ code: 'invalid_input' });
    expect(inspect(refusal, { depth: null })).not.toContain('hush');
  },
);
