import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { newFolder } from './kit.ts';
import { migrateSpec } from './migrate-spec.ts';

let database: Database;
beforeAll(async () => void (database = await openEmbedded({ dataDir: newFolder() })));
afterAll(() => database.close());

migrateSpec(() => database.pool);
