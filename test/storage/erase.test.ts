import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { createPrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import { testWorld } from '@crmflow/core/testing';
import { eraseSpec, leaveTraces, TRACES, type EraseWorld } from './erase-spec.ts';
import { newFolder } from './kit.ts';

const dataDir = newFolder();
let database: Database;
let world: EraseWorld;
beforeAll(async () => {
  database = await openEmbedded({ dataDir });
  await migrate(database.pool, migrations);
  const store = createPrismaStore(database);
  await store.users.ensureLocal('owner');
  world = { ...testWorld({ store }), pool: () => database.pool };
});
afterAll(() => database.close());

eraseSpec(() => world);

it('leaves nothing of a person in any file of the embedded database', async () => {
  const { contact, id } = await leaveTraces(world);
  await world
    .pool()
    .query(
      `INSERT INTO "Delivery" ("sessionId", seq, part, state, content) VALUES ($1, 1, 0, 'waiting', '"quixotically"')`,
      [id],
    );
  expect(inFiles()).not.toEqual([]);
  await world.app.as(world.owner).contacts.remove({ id: contact.id });
  expect(inFiles()).toEqual([]);
});

function inFiles(): string[] {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.flatMap(({ parentPath, name }) => {
    const content = readFileSync(join(parentPath, name), 'latin1').toLowerCase();
    return TRACES.filter((trace) => content.includes(trace.toLowerCase())).map(
      (trace) => `${name}: ${trace}`,
    );
  });
}
