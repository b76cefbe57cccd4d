import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { createPrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { storeSpec } from '../../packages/core/src/testing/store-spec.ts';
import { newFolder } from './kit.ts';

describe('the store in memory', () => {
  const store = createMemoryStore();
  storeSpec(async () => store);
});

describe('the store on the embedded database', () => {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = await openEmbedded({ dataDir: newFolder() });
    await migrate(database.pool, migrations);
    store = createPrismaStore(database);
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });
  storeSpec(async () => store);
});
