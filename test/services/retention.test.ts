import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { createPrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';

const url = new URL(process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres');
const schema = `retention_${randomUUID().replaceAll('-', '')}`;
url.searchParams.set('schema', schema);

let servers: Database[];
beforeAll(async () => {
  servers = [await openPostgres({ url: url.href }), await openPostgres({ url: url.href })];
  await migrate(servers[0]!.pool, migrations);
});
afterAll(async () => {
  await servers[0]!.pool.query(`DROP SCHEMA "${schema}" CASCADE`);
  for (const { close } of servers) await close();
});

it('is done by one server at a time, and by another once that has failed', async () => {
  const [one, other] = servers.map((database) => createPrismaStore(database).retention);
  const done: string[] = [];
  const failing = one!.alone(async () => {
    await other!.alone(async () => void done.push('meanwhile'));
    throw new Error('The disk is full.');
  });
  await expect(failing).rejects.toThrow('The disk is full.');
  await other!.alone(async () => void done.push('afterwards'));
  expect(done).toEqual(['afterwards']);
});
