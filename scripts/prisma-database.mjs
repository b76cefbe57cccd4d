import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';

const { CHAR, TEXT } = pg.types.builtins;

/** The database a URL names, for the migration engine. */
export function openPostgres(url) {
  const schema = new URL(url).searchParams.get('schema') ?? 'public';
  const pool = new pg.Pool({ connectionString: url, max: 1, options: `-c search_path="${schema}"` });
  return { ...factory({ pool, schema }), close: () => pool.end() };
}

/** An empty database in this process, for questions that need none of yours. */
export async function openScratch() {
  const folder = mkdtempSync(join(tmpdir(), 'crmflow-'));
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, path: join(folder, '.s.PGSQL.5432') });
  await server.start();
  const pool = new pg.Pool({ host: folder, user: 'postgres', database: 'postgres', max: 1 });
  const made = factory({ pool, schema: 'public' });
  return {
    ...made,
    async connectToShadowDb() {
      await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      return made.connect();
    },
    async close() {
      await pool.end();
      await server.stop();
      await db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function factory({ pool, schema }) {
  // A connection lost while idle is found by the next query; without a listener it would end the process.
  pool.on('error', () => {});
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect({ pool, schema }),
  };
}

/** Prisma's adapter, with what the migration engine needs and it lacks. */
async function connect({ pool, schema }) {
  const adapter = await new PrismaPg(pool, { schema }).connect();
  // Its own version splits at every semicolon, also inside a quoted text or a function's body.
  adapter.executeScript = async (sql) => void (await pool.query(sql));
  adapter.dispose = async () => {};
  readChars(adapter);
  return adapter;
}

/** Reads the type "char" of the system tables, which the adapter does not know, as text of one character. */
function readChars(adapter) {
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let chars = [];
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    chars = result.fields.map(({ dataTypeID }) => dataTypeID === CHAR);
    const fields = result.fields.map((field, k) => (chars[k] ? { ...field, dataTypeID: TEXT } : field));
    return { ...result, fields };
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    const columnTypes = result.columnTypes.map((type, k) => (chars[k] ? ColumnTypeEnum.Character : type));
    return { ...result, columnTypes };
  };
}
