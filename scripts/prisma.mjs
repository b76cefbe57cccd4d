// Prisma's commands where its engine downloads cannot be reached: generate, studio, and migrations through the
// engine's WebAssembly build. Results go to stdout, talk to stderr.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateClient, prismaCli, prismaEnv } from './prisma-cli.mjs';
import { isProgram, Refusal, root, runProgram, say } from './root.mjs';

const MIGRATIONS = join(root, 'prisma', 'migrations');

const COMMANDS = {
  generate: () => generateClient(),
  studio: (_, rest) => passOn(['studio', ...rest]),
  new: add,
  drift,
  status: () => onDatabase(report),
  deploy: () => onDatabase(apply),
  migrate,
};

/** The SQL that the migrations lack to give this schema; null when they give it. */
export async function differenceFrom(schema, migrations = MIGRATIONS) {
  const { openScratch } = await import('./prisma-database.mjs');
  const { openEngine } = await import('./prisma-engine.mjs');
  const database = await openScratch();
  try {
    return await (await openEngine({ database, schema, migrations })).difference();
  } finally {
    await database.close();
  }
}

/** Writes the migration that the schema asks for. */
async function add({ name }) {
  const sql = await differenceFrom(readSchema());
  if (sql === null) return say('The migrations give schema.prisma already.');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `${stamp}_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
  mkdirSync(join(MIGRATIONS, folder), { recursive: true });
  writeFileSync(join(MIGRATIONS, folder, 'migration.sql'), sql);
  writeFileSync(join(MIGRATIONS, 'migration_lock.toml'), LOCK);
  console.log(`prisma/migrations/${folder}/migration.sql`);
}

const LOCK = '# Read by Prisma; keep it under version control.\nprovider = "postgresql"\n';

async function drift() {
  const sql = await differenceFrom(readSchema());
  if (sql === null) return say('No drift: the migrations give schema.prisma.');
  say('The migrations do not give schema.prisma. What they lack follows; npm run prisma:migrate writes it.');
  console.log(sql);
  return 1;
}

async function migrate(options) {
  await add(options);
  if (process.env.DATABASE_URL) return onDatabase(apply);
  return say(
    'DATABASE_URL is not set: the embedded database applies pending migrations when it is next opened.',
  );
}

async function apply(engine) {
  const applied = await engine.deploy();
  if (applied.length === 0) say('The database is up to date.');
  for (const name of applied) console.log(`applied ${name}`);
}

async function report(engine) {
  const { failedMigrationNames: failed, editedMigrationNames: edited, history } = await engine.status();
  for (const name of failed) console.log(`failed ${name}`);
  for (const name of edited) console.log(`edited since it was applied: ${name}`);
  for (const name of history?.unappliedMigrationNames ?? []) console.log(`pending ${name}`);
  for (const name of history?.unpersistedMigrationNames ?? [])
    console.log(`applied, but not in the folder: ${name}`);
  if (failed.length + edited.length === 0 && history === null) return say('The database is up to date.');
  return 1;
}

async function onDatabase(work) {
  const url = process.env.DATABASE_URL;
  if (!url)
    throw new Refusal(
      'DATABASE_URL is not set. Set it, or write it into .env, to name the PostgreSQL database.',
    );
  const { openPostgres } = await import('./prisma-database.mjs');
  const { openEngine } = await import('./prisma-engine.mjs');
  const database = openPostgres(url);
  try {
    return await work(await openEngine({ database, schema: readSchema(), migrations: MIGRATIONS }));
  } finally {
    await database.close();
  }
}

const readSchema = () => readFileSync(join(root, 'prisma', 'schema.prisma'), 'utf8');

/** Prisma's own command in this terminal. */
function passOn(args) {
  if (!process.env.DATABASE_URL)
    throw new Refusal('DATABASE_URL is not set: Prisma Studio opens PostgreSQL only.');
  const child = spawn(process.execPath, [join(root, prismaCli), ...args], {
    cwd: root,
    env: { ...process.env, ...prismaEnv },
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

async function main([name, ...rest]) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : null;
  if (!command)
    throw new Refusal(`Say what to do: node scripts/prisma.mjs ${Object.keys(COMMANDS).join(' | ')}`);
  // What the environment says already is kept: it beats the file.
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
  if (name === 'studio') return command({}, rest);
  return command(parseArgs({ args: rest, options: { name: { type: 'string', default: 'change' } } }).values);
}

if (isProgram(import.meta.url)) {
  await runProgram(main);
  // The engine leaves a timer of ten seconds behind after it has taken its lock.
  process.exit();
}
