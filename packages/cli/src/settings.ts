import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { CrmflowError } from '@crmflow/core/contract';
import type { OpenOptions } from '@crmflow/core/open';
import type { Io } from './io.ts';

/** The options every command takes. */
export interface GlobalOptions {
  dataDir?: string;
  databaseUrl?: string;
  ephemeral?: boolean;
  json?: boolean;
  quiet?: boolean;
}
type Env = Io['env'];

/** The environment with what a `.env` file in the working folder adds; the environment wins. */
export function environment({ env, cwd }: Pick<Io, 'env' | 'cwd'>): Env {
  try {
    return { ...parseEnv(readFileSync(join(cwd, '.env'), 'utf8')), ...env };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && absent.has(String(cause.code))) return env;
    throw cause;
  }
}
const absent = new Set(['ENOENT', 'EISDIR']);

/** Where things are kept: a flag beats the environment, `--ephemeral` beats both. */
export function openOptions(options: GlobalOptions, env: Env, place: Omit<Place, 'env'>): OpenOptions {
  const { dataDir, databaseUrl, ephemeral } = options;
  if (dataDir !== undefined && databaseUrl !== undefined)
    throw new CrmflowError(
      'invalid_input',
      '--data-dir and --database-url name two places. Give one of them.',
    );
  const allowedPrivateHosts = (env.ALLOWED_PRIVATE_HOSTS ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
  const syncs = !off.has((env.CRMFLOW_SYNC ?? '').toLowerCase());
  const url = databaseUrl ?? (dataDir === undefined ? env.DATABASE_URL || undefined : undefined);
  return {
    allowedPrivateHosts,
    syncs,
    ...(ephemeral
      ? { ephemeral }
      : url
        ? { databaseUrl: url }
        : { dataDir: dataFolder(dataDir, { ...place, env }) }),
  };
}
const off = new Set(['0', 'off', 'no', 'false']);

type Place = Pick<Io, 'cwd' | 'home' | 'platform' | 'env'>;

/** The folder of the embedded database: what was asked for, else the user's own by the platform's custom. */
function dataFolder(asked: string | undefined, { cwd, home, platform, env }: Place): string {
  const named = asked ?? env.CRMFLOW_DATA_DIR;
  if (named) return resolve(cwd, named);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'crmflow');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'crmflow');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'crmflow');
}
