import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { testWorld } from '@crmflow/core/testing';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openPostgres } from '../../packages/core/src/adapters/postgres.ts';
import { createPrismaStore, type PrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import { eraseSpec, type EraseWorld } from '../storage/erase-spec.ts';

const url = new URL(process.env.CRMFLOW_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/postgres');
const schema = `erase_${randomUUID().replaceAll('-', '')}`;
url.searchParams.set('schema', schema);

let database: Database;
let store: PrismaStore;
let world: EraseWorld;
beforeAll(async () => {
  database = await openPostgres({ url: url.href });
  await migrate(database.pool, migrations);
  store = createPrismaStore(database);
  await store.users.ensureLocal('owner');
  world = { ...testWorld({ store }), pool: () => database.pool };
});
afterAll(async () => {
  await store?.close();
  await database?.pool.query(`DROP SCHEMA "${schema}" CASCADE`);
  await database?.close();
});

eraseSpec(() => world);
