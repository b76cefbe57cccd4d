import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The migrations in a folder of Prisma's form, oldest first. */
export function readMigrations(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }));
}
