import { runQuietly } from './run.mjs';

/** Prisma's own command, as arguments of node. */
export const prismaCli = 'node_modules/prisma/build/index.js';

/**
 * Prisma looks for its migration engine before any command and would download it. Generating never runs that
 * engine, so any program that exists answers the question. The other two keep it from calling home.
 */
export const prismaEnv = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};

/** Writes the database client from prisma/schema.prisma. */
export const generateClient = () =>
  runQuietly([prismaCli, 'generate'], {
    env: prismaEnv,
    failure:
      'The database client could not be generated from prisma/schema.prisma. Mend what is named above, then start again.',
  });
