import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readMigrations } from './migrations.mjs';
import { Refusal } from './root.mjs';

const require = createRequire(import.meta.url);
const NO_FILTERS = { externalTables: [], externalEnums: [] };

let loaded;
/**
 * Prisma's migration engine as WebAssembly, from npm. Its own entry asks for a bundler, so it is put together here;
 * once per process, since its glue keeps the instance in a variable of the module.
 */
const loadEngine = () =>
  (loaded ??= (async () => {
    globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (lastPanic = message) };
    const folder = dirname(require.resolve('@prisma/schema-engine-wasm'));
    const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const wasm = readFileSync(join(folder, 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return glue;
  })());
let lastPanic;

/** Migrations against a schema, on a database (see prisma-database.mjs). The schema is the text of schema.prisma. */
export async function openEngine({ database, schema, migrations }) {
  const { SchemaEngine } = await loadEngine();
  const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils');
  const files = [{ path: 'schema.prisma', content: schema }];
  const engine = await asRefusal(() =>
    SchemaEngine.new(
      { datamodels: files.map(({ path, content }) => [path, content]) },
      () => {},
      bindMigrationAwareSqlAdapterFactory(database),
    ),
  );
  const list = { migrationsList: listOf(migrations), filters: NO_FILTERS };
  return {
    /** The SQL that leads from the migrations to the schema; null when they agree. Needs an empty database. */
    async difference() {
      const from = { tag: 'migrations', ...list.migrationsList };
      const to = { tag: 'schemaDatamodel', files };
      const { exitCode, stdout } = await asRefusal(() =>
        engine.diff({ from, to, script: true, exitCode: true, filters: NO_FILTERS }),
      );
      return exitCode === 0 ? null : stdout;
    },
    /** Applies what is pending, one at a time, and gives the names. */
    async deploy() {
      return (await asRefusal(() => engine.applyMigrations(list))).appliedMigrationNames;
    },
    /** How the database's history compares with the folder's. */
    status: () => asRefusal(() => engine.diagnoseMigrationHistory({ ...list, optInToShadowDatabase: false })),
  };
}

function listOf(folder) {
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: readMigrations(folder).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

/** The engine's errors name what is wrong first, then where in its own code. */
async function asRefusal(ask) {
  try {
    return await ask();
  } catch (error) {
    throw new Refusal(lastPanic ?? error.message.split('\n   0: ')[0].trimEnd(), { cause: error });
  }
}
