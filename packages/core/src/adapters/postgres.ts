import { CrmflowError } from '../errors.ts';
import { clock } from './clock.ts';
import { createPool, quoted, type Database, type Pool, type PoolConfig } from './database.ts';

/** Which PostgreSQL, and how to use it. */
export interface PostgresOptions {
  /** As in DATABASE_URL; `?schema=` chooses a schema, as Prisma reads it. */
  url: string;
  /** 10 unless told otherwise. */
  maxConnections?: number;
  /** The longest wait for the answer to a statement, 20 s unless told otherwise: a line that went silent says no word more. */
  answerMs?: number;
  /** Hears when the clocks of this machine and of the database's differ by more than 5 s. */
  warn?: ((sentence: string) => void) | undefined;
  /** This machine's clock, in milliseconds since 1970. */
  now?: () => number;
}

const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;
/** Servers on one database tell by their clocks whose turn it is, with half a minute to spare. */
const MOST_SKEW_MS = 5_000;

/**
 * Connects to PostgreSQL; a schema that the URL names is made when absent.
 * @throws CrmflowError `invalid_input` for what is no PostgreSQL URL, `unavailable` when there is no way in
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const url = parse(options.url);
  const where = `${url.host}${url.pathname}`;
  const schema = schemaOf(url);
  const pool = await poolOf(options, schema);
  try {
    if (schema) await ensureSchema(pool, schema);
    await compareClocks(pool, options);
  } catch (cause) {
    await pool.end();
    throw noWayIn(where, cause);
  }
  let closed: Promise<void> | null = null;
  return { kind: 'postgres', pool, where, close: () => (closed ??= end(pool)) };
}

// A pool that was handed to Prisma may have been ended with it.
const end = async (pool: Pool) => void (pool.ending || (await pool.end()));

const poolOf = (options: PostgresOptions, schema: string | null): Promise<Pool> =>
  createPool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    query_timeout: options.answerMs ?? ANSWER_MS,
    application_name: schema ? `crmflow ${schema}` : 'crmflow',
    onConnect: planOnce,
    ...(schema && { options: `-c search_path=${quoted(schema).replaceAll(/[\\ ]/g, '\\$&')}` }),
  });

/**
 * Every statement of ours is right for any values it is given, and the database makes its plans anew when its statistics
 * change. Left to itself it plans the commit of a single turn at each call, which takes longer than carrying it out.
 */
// The pool waits for it, which its types do not say.
const planOnce = ((client) => client.query('SET plan_cache_mode = force_generic_plan')) as (
  ...given: Parameters<NonNullable<PoolConfig['onConnect']>>
) => void;

function parse(text: string): URL {
  // Its own error would quote the URL, and with it the password.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new CrmflowError(
    'invalid_input',
    'The database URL is not one of PostgreSQL. Write it as postgresql://user:password@host:5432/database, with special characters of the password in percent form.',
  );
}

/** The schema to work in, when it is not the one a connection begins in. */
function schemaOf(url: URL): string | null {
  const schema = url.searchParams.get('schema');
  return schema === 'public' ? null : schema;
}

async function ensureSchema(pool: Pool, schema: string) {
  const { rows } = await pool.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rows.length === 0) await pool.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
}

async function compareClocks(pool: Pool, { now = () => clock.now().getTime(), warn }: PostgresOptions) {
  const { rows } = await pool.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  const seconds = Math.round((now() - rows[0]!.at.getTime()) / 1000);
  if (Math.abs(seconds) * 1000 > MOST_SKEW_MS)
    warn?.(
      `The clock of this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the database's. Set both by the network's time: several servers on one database go by it.`,
    );
}

function noWayIn(where: string, cause: unknown): CrmflowError {
  const { code, message } = cause as { code?: string; message: string };
  const reason = message || code;
  return new CrmflowError(
    'unavailable',
    `PostgreSQL at ${where} gives no connection (${reason}). ${whatNow(code)}`,
    undefined,
    { cause },
  );
}

const INVALID_PASSWORD = '28P01';
const INVALID_AUTHORIZATION = '28000';
const UNKNOWN_DATABASE = '3D000';
const TOO_MANY_CONNECTIONS = '53300';

function whatNow(code: string | undefined): string {
  switch (code) {
    case INVALID_PASSWORD:
    case INVALID_AUTHORIZATION:
      return 'Check the user and the password in the database URL.';
    case UNKNOWN_DATABASE:
      return 'Create it with createdb, or correct its name in the database URL.';
    case TOO_MANY_CONNECTIONS:
      return 'Let it allow more connections, or stop a program that holds them.';
    default:
      return 'Check that it runs and may be reached from here, and the host and port in the database URL.';
  }
}
