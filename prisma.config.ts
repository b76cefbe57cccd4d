import { existsSync } from 'node:fs';
import { defineConfig } from 'prisma/config';

// What the environment says already is kept: it beats the file.
if (existsSync('.env')) process.loadEnvFile('.env');

/** For Prisma's own commands. Generating needs no database, so a missing DATABASE_URL is no error here. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL && { datasource: { url: process.env.DATABASE_URL } }),
});
