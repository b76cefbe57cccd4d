import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { packFolder } from '../packages/core/src/adapters/embedded/image.js';
import { readMigrations } from './migrations.mjs';
import { isProgram, root, runProgram } from './root.mjs';

/** Of the three databases that the engine makes, one is used: the others would be two thirds of every data folder. */
const TIDY = [
  'ALTER DATABASE template0 IS_TEMPLATE false',
  'ALTER DATABASE template1 IS_TEMPLATE false',
  'DROP DATABASE template0',
  'DROP DATABASE template1',
  'VACUUM FREEZE',
  'CHECKPOINT',
];

/** Makes the image of a new embedded database in a folder, and gives its file. */
export async function buildImage(target, migrations) {
  const { openEmbedded } = await source('adapters/embedded/embedded.ts');
  const { databaseIn, IMAGE } = await source('adapters/embedded/folder.ts');
  const { migrate } = await source('adapters/migrate.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'crmflow-image-'));
  const file = join(target, IMAGE);
  mkdirSync(target, { recursive: true });
  // An engine that finds an image begins from it.
  rmSync(file, { force: true });
  try {
    const database = await openEmbedded({ dataDir, syncs: false });
    await migrate(database.pool, migrations);
    for (const statement of TIDY) await database.pool.query(statement);
    await database.close();
    packFolder(databaseIn(dataDir), file);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
  return file;
}

const source = (path) => tsImport(`../packages/core/src/${path}`, import.meta.url);

if (isProgram(import.meta.url))
  await runProgram(async () => {
    await buildImage(join(root, 'packages/core/dist'), readMigrations(join(root, 'prisma/migrations')));
  });
