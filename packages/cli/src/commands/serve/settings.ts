import { isIP } from 'node:net';
import type { ServeOptions } from '@crmflow/server';
import { isOff, isOn, isProduction, keepDaysIn, listIn, webAddress, type Env } from '../../settings.ts';
import { wrongUse } from '../../wrong-use.ts';

const PORT = 3001;

export interface ServeFlags {
  port?: string;
  host?: string;
  open?: boolean;
  web?: boolean;
  worker?: boolean;
}
export interface ServeSettings extends Pick<
  ServeOptions,
  'port' | 'host' | 'corsOrigins' | 'publicUrl' | 'redisUrl' | 'trustProxy' | 'metrics' | 'metricsToken'
> {
  /** Takes calls. */
  isWeb: boolean;
  /** Moves on what is due, whoever began it. */
  isWorker: boolean;
  /** How much is noted on standard error, as JSON; nothing when absent. */
  logLevel: string | undefined;
  /** How many days old rows are kept, by kind. */
  keepDays: ReturnType<typeof keepDaysIn>;
}

/** How to serve: a flag beats the environment. */
export function serveSettings(flags: ServeFlags, env: Env): ServeSettings {
  const isPublic = isProduction(env);
  return {
    port: portFrom(flags.port ?? (env.SERVER_PORT || String(PORT))),
    host: flags.host ?? (env.SERVER_HOST || (isPublic ? '0.0.0.0' : '127.0.0.1')),
    corsOrigins: listIn(env.CORS_ORIGINS).map(originFrom),
    redisUrl: env.REDIS_URL ? redisAddress(env.REDIS_URL) : undefined,
    trustProxy: proxiesFrom(env.TRUST_PROXY),
    metrics: isOn('METRICS', env.METRICS, false),
    metricsToken: env.METRICS_TOKEN || undefined,
    logLevel: levelFrom(env.LOG_LEVEL || (isPublic ? 'info' : undefined)),
    ...rolesFrom(flags, env),
    keepDays: keepDaysIn(env),
    publicUrl: env.PUBLIC_URL ? webAddress('PUBLIC_URL', env.PUBLIC_URL) : undefined,
  };
}

/** Both, unless one is named. */
function rolesFrom({ web, worker }: ServeFlags, env: Env): Pick<ServeSettings, 'isWeb' | 'isWorker'> {
  const named =
    web || worker ? { isWeb: Boolean(web), isWorker: Boolean(worker) } : ROLES[env.SERVER_ROLE || 'both'];
  if (!named) throw wrongUse(`SERVER_ROLE is web, worker or both, not ${env.SERVER_ROLE}.`);
  return named;
}

/** As SERVER_ROLE names it. */
export const roleIn = ({ isWeb, isWorker }: Pick<ServeSettings, 'isWeb' | 'isWorker'>): string =>
  isWeb && isWorker ? 'both' : isWeb ? 'web' : 'worker';

/** The schema that the address of a PostgreSQL names, when it is not the usual one. */
export function schemaIn(databaseUrl: string | undefined): string | undefined {
  const schema = databaseUrl === undefined ? null : new URL(databaseUrl).searchParams.get('schema');
  return schema === null || schema === 'public' ? undefined : schema;
}

/** A server of one role alone needs another beside it, on a database that they share. */
export function mustShare({ isWeb, isWorker }: ServeSettings, databaseUrl: string | undefined): void {
  if ((isWeb && isWorker) || databaseUrl !== undefined) return;
  throw wrongUse(
    `A server that is only ${isWeb ? 'web' : 'worker'} needs another beside it on one PostgreSQL. Set DATABASE_URL, or leave the role out.`,
  );
}

/** Visitors must not be answered from a new, empty folder because the database was forgotten. */
export function mustBeNamed({ redisUrl }: ServeSettings, databaseUrl: string | undefined, env: Env): void {
  if (databaseUrl !== undefined) return;
  if (redisUrl !== undefined)
    throw wrongUse(
      'REDIS_URL joins servers on one PostgreSQL, and no database is named. Set DATABASE_URL, or leave REDIS_URL out.',
    );
  if (isProduction(env) && env.DATABASE_URL?.trim() === '')
    throw wrongUse('DATABASE_URL is empty. Name a database, or leave it out for the embedded one.');
}

const ROLES: Partial<Record<string, Pick<ServeSettings, 'isWeb' | 'isWorker'>>> = {
  both: { isWeb: true, isWorker: true },
  web: { isWeb: true, isWorker: false },
  worker: { isWeb: false, isWorker: true },
};

function portFrom(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw wrongUse(`The port ${text} is no number from 0 to 65535.`);
  return port;
}

const LEVELS = ['error', 'warn', 'info', 'debug'];
function levelFrom(text: string | undefined): string | undefined {
  if (text === undefined || isOff(text) || LEVELS.includes(text))
    return text && isOff(text) ? undefined : text;
  throw wrongUse(`LOG_LEVEL is one of ${LEVELS.join(', ')}, not ${text}.`);
}

/** A typo must not look like a Redis that is away. */
function redisAddress(text: string): string {
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text;
  throw wrongUse(`REDIS_URL: ${text} is no address of a Redis. Write it like redis://cache.lan:6379.`);
}

function originFrom(text: string): string {
  if (text === '*') return text;
  const address = webAddress('CORS_ORIGINS', text);
  if (new URL(address).origin !== address)
    throw wrongUse(`CORS_ORIGINS: ${text} is more than an origin. Write ${new URL(address).origin}.`);
  return address;
}

/** Names that Express knows for ranges of addresses. */
const RANGES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** How many proxies stand in front, or which. Not simply all: anybody could then say who they are. */
function proxiesFrom(text = ''): number | string | undefined {
  const said = text.trim();
  if (said === '' || isOff(said)) return undefined;
  if (/^\d+$/.test(said)) return Number(said);
  const proxies = listIn(said);
  if (proxies.every(isProxy)) return proxies.join(', ');
  throw wrongUse(`TRUST_PROXY is a number of proxies or their addresses, not ${text}.`);
}

/** An address, a range such as 10.0.0.0/8, or the name of one. */
function isProxy(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  if (most === undefined) return RANGES.has(text);
  return more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
