import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, outputsOf } from './build.mjs';
import { writeMigrations, writeProgram, writeTemplates } from './inline.mjs';
import { areInstalled, installPackages } from './packages.mjs';
import { generateClient } from './prisma-cli.mjs';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';

const MIGRATIONS = 'packages/core/src/generated/migrations.ts';
const TEMPLATES = 'packages/core/src/generated/templates.ts';
const CONVERSATIONS = 'packages/core/src/generated/conversations.ts';
const PRODUCTS = 'packages/core/src/knowledge/products.wat';
const PRODUCTS_MODULE = 'packages/core/src/generated/products.ts';
const IMAGE_SCRIPT = 'scripts/build-image.mjs';

/**
 * What must be there before anything runs, in order. A step runs when the content of its `inputs` (files and
 * folders) changed since it last did, or one of its `outputs` is missing; or, where it can tell by itself, when
 * `isDone` says no.
 */
export function stepsOf({ types }) {
  return [
    {
      name: 'packages',
      talk: 'installing packages (once; about a minute with an empty cache)',
      isDone: areInstalled,
      run: installPackages,
    },
    {
      name: 'client',
      talk: 'generating the database client',
      inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'scripts/prisma-cli.mjs', 'package-lock.json'],
      outputs: ['packages/core/src/generated/prisma/client.ts'],
      run: generateClient,
    },
    {
      name: 'migrations',
      talk: 'inlining the migrations',
      inputs: ['prisma/migrations', 'scripts/inline.mjs', 'scripts/migrations.mjs'],
      outputs: [MIGRATIONS],
      run: () => writeMigrations('prisma/migrations', MIGRATIONS),
    },
    {
      name: 'templates',
      talk: 'inlining the templates',
      inputs: ['packages/core/templates', 'scripts/inline.mjs'],
      outputs: [TEMPLATES, CONVERSATIONS],
      run: () => writeTemplates('packages/core/templates', TEMPLATES, CONVERSATIONS),
    },
    {
      name: 'products',
      talk: 'assembling the products of vectors',
      inputs: [PRODUCTS, 'scripts/inline.mjs', 'package-lock.json'],
      outputs: [PRODUCTS_MODULE],
      run: () => writeProgram(PRODUCTS, PRODUCTS_MODULE, 'products'),
    },
    {
      name: 'build',
      talk: types ? 'building, with type declarations' : 'building',
      inputs: [
        ...['core', 'server', 'sdk', 'cli'].flatMap((name) => [
          `packages/${name}/src`,
          `packages/${name}/package.json`,
        ]),
        ...['packages/core/templates', 'prisma', 'package-lock.json', 'tsconfig.json', 'tsup.config.ts'],
        ...[
          'scripts/entries.mjs',
          'scripts/build.mjs',
          'scripts/inline.mjs',
          'scripts/document-operations.mjs',
          'scripts/evaluated.mjs',
          'scripts/fold-routes.mjs',
        ],
      ],
      outputs: outputsOf({ types }),
      run: () => build({ types }),
    },
    ...(existsSync(join(root, IMAGE_SCRIPT)) ? [imageStep()] : []),
  ];
}

const imageStep = () => ({
  name: 'image',
  talk: 'preparing the embedded database',
  inputs: [
    ...[IMAGE_SCRIPT, 'scripts/migrations.mjs', 'prisma/migrations'],
    ...['packages/core/src/adapters', 'packages/core/package.json'],
  ],
  outputs: [`packages/core/dist/database-${engineVersion()}.image`],
  run: () => runQuietly([IMAGE_SCRIPT], { failure: 'The embedded database could not be prepared.' }),
});

const engineVersion = () =>
  JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')).dependencies[
    '@electric-sql/pglite'
  ];
