import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { CrmflowError } from '@crmflow/core/contract';
import type { OpenOptions } from '@crmflow/core/open';
import { version } from '../package.json';
import type { Io } from './io.ts';
import { wrongUse } from './wrong-use.ts';

/** The options every command takes. */
export interface GlobalOptions {
  dataDir?: string;
  databaseUrl?: string;
  ephemeral?: boolean;
  /** The server to work through. */
  server?: string;
  /** The login to work through. */
  profile?: string;
  /** In this process, whatever login there is. */
  local?: boolean;
  json?: boolean;
  quiet?: boolean;
}
export type Env = Io['env'];

/** The environment with what a `.env` file in the working folder adds; the environment wins. */
export function environment({
  env,
  cwd,
  settingsFolder = cwd,
}: Pick<Io, 'env' | 'cwd' | 'settingsFolder'>): Env {
  try {
    const { CRMFLOW_URL, CRMFLOW_TOKEN, ...added } = parseEnv(
      readFileSync(join(settingsFolder, '.env'), 'utf8'),
    );
    // The two go together: a folder's own address must not get to see a token from elsewhere.
    const isThere = env.CRMFLOW_URL !== undefined || env.CRMFLOW_TOKEN !== undefined;
    return { ...(isThere ? {} : defined({ CRMFLOW_URL, CRMFLOW_TOKEN })), ...added, ...env };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && absent.has(String(cause.code))) return env;
    throw cause;
  }
}
const absent = new Set(['ENOENT', 'EISDIR']);
const defined = (given: Env): Env =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** Where things are kept: a flag beats the environment, `--ephemeral` beats both. */
export function openOptions(options: GlobalOptions, env: Env, place: Omit<Place, 'env'>): OpenOptions {
  return { ...whereKept(options, env, place), ...howRun(env, place) };
}

function whereKept(
  { dataDir, databaseUrl, ephemeral }: GlobalOptions,
  env: Env,
  place: Omit<Place, 'env'>,
): Pick<OpenOptions, 'dataDir' | 'databaseUrl' | 'ephemeral'> {
  if (dataDir !== undefined && databaseUrl !== undefined)
    throw new CrmflowError(
      'invalid_input',
      '--data-dir and --database-url name two places. Give one of them.',
    );
  if (ephemeral) return { ephemeral };
  const url = databaseUrl ?? (dataDir === undefined ? env.DATABASE_URL || undefined : undefined);
  return url ? { databaseUrl: url } : { dataDir: dataFolder(dataDir, { ...place, env }) };
}

const howRun = (env: Env, place: Pick<Place, 'cwd'>): OpenOptions => ({
  version,
  allowedPrivateHosts: listIn(env.ALLOWED_PRIVATE_HOSTS).map(hostFrom),
  syncs: isOn('CRMFLOW_SYNC', env.CRMFLOW_SYNC, true),
  jwtSecret: env.JWT_SECRET || undefined,
  encryptionKey: env.ENCRYPTION_KEY || undefined,
  publicUrl: env.PUBLIC_URL ? webAddress('PUBLIC_URL', env.PUBLIC_URL) : undefined,
  encryptionKeyPrevious: env.ENCRYPTION_KEY_PREVIOUS || undefined,
  ai: aiIn(env),
  archiveDir: env.CRMFLOW_ARCHIVE ? resolve(place.cwd, env.CRMFLOW_ARCHIVE) : undefined,
  isProduction: isProduction(env),
  isRegistrationOpen: isRegistrationOpen(env.REGISTRATION),
});

/** Whatever its letters: a server that only seems to be one would take weak secrets. */
export const isProduction = (env: Env): boolean => env.NODE_ENV?.trim().toLowerCase() === 'production';

const aiIn = (env: Env): OpenOptions['ai'] => ({
  gemini: { key: env.GEMINI_API_KEY, model: env.GEMINI_MODEL },
  openai: {
    key: env.OPENAI_API_KEY,
    baseUrl: env.OPENAI_BASE_URL ? webAddress('OPENAI_BASE_URL', env.OPENAI_BASE_URL) : undefined,
    model: env.OPENAI_MODEL,
  },
  servesEveryone: isFor('everyone', env.AI_KEYS_FOR),
  tokensPerDay: wholeNumber('AI_TOKENS_PER_DAY', env.AI_TOKENS_PER_DAY),
  prices: pricesIn(env.AI_PRICES),
});

function isFor(whom: 'everyone', text = ''): boolean {
  const said = text.trim().toLowerCase();
  if (said === whom) return true;
  if (said === '' || said === 'owner') return false;
  throw new CrmflowError('invalid_input', `AI_KEYS_FOR is owner or everyone, not ${text}.`);
}

/** How many days rows of each kind are kept, where it is said. */
export const keepDaysIn = (env: Env): NonNullable<OpenOptions['keepDays']> => ({
  ...keptFor('ended', 'CRMFLOW_KEEP_SESSIONS', env.CRMFLOW_KEEP_SESSIONS),
  ...keptFor('left', 'CRMFLOW_KEEP_LEFT_SESSIONS', env.CRMFLOW_KEEP_LEFT_SESSIONS),
  ...keptFor('logs', 'CRMFLOW_KEEP_LOGS', env.CRMFLOW_KEEP_LOGS),
  ...keptFor('modelCalls', 'CRMFLOW_KEEP_MODEL_CALLS', env.CRMFLOW_KEEP_MODEL_CALLS),
});
function keptFor(kind: keyof ReturnType<typeof keepDaysIn>, name: string, text?: string) {
  const days = wholeNumber(name, text);
  if (days === undefined) return {};
  if (days >= 1 && days <= MOST_DAYS) return { [kind]: days };
  throw new CrmflowError('invalid_input', `${name} is a number of days from 1 to ${MOST_DAYS}, not ${days}.`);
}
const MOST_DAYS = 36_500;

function wholeNumber(name: string, text = ''): number | undefined {
  if (text.trim() === '') return undefined;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text);
  throw new CrmflowError('invalid_input', `${name} is a whole number up to 999999999, not ${text}.`);
}

/** `gpt-4o-mini=0.15/0.6,…`: US dollars a million tokens, read and written. */
const pricesIn = (text: string | undefined) =>
  Object.fromEntries(
    listIn(text).map((each) => {
      const [, model = '', input, output] = /^(\S+)=([\d.]+)\/([\d.]+)$/.exec(each) ?? [];
      if (model) return [model, { input: Number(input), output: Number(output) }];
      throw new CrmflowError('invalid_input', `AI_PRICES is a list like gpt-4o-mini=0.15/0.6, not ${each}.`);
    }),
  );

function isRegistrationOpen(text = 'open'): boolean {
  const said = text.trim().toLowerCase();
  if (said === 'closed') return false;
  if (said === 'open' || said === '') return true;
  throw new CrmflowError('invalid_input', `REGISTRATION is open or closed, not ${text}.`);
}

/** An address as the environment has it, without a / at its end. */
export function webAddress(variable: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw wrongUse(`${variable}: ${text} is no web address. Write it like https://crm.example.com.`);
}

/** A list as the environment writes it, separated by commas. */
export const listIn = (text = ''): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

/** Whether a switch is set to off. */
export const isOff = (text = ''): boolean => off.has(text.trim().toLowerCase());
const off = new Set(['0', 'off', 'no', 'false']);
const on = new Set(['1', 'on', 'yes', 'true']);

/** Whether a switch is on: a mistyped one is named, never taken for either. */
export function isOn(variable: string, text = '', usual: boolean): boolean {
  if (text.trim() === '') return usual;
  if (isOff(text)) return false;
  if (on.has(text.trim().toLowerCase())) return true;
  throw wrongUse(`${variable} is on or off, not ${text}.`);
}

/** A name or an address, with or without a port: `crm.lan`, `10.0.0.5:8080`, `[::1]:8080`. */
function hostFrom(text: string): string {
  if (/^[^\s/*@]+$/.test(text) && URL.canParse(`http://${text}`)) return text;
  throw wrongUse(`ALLOWED_PRIVATE_HOSTS: ${text} is no host. Write each like crm.lan or 10.0.0.5:8080.`);
}

/** What folders are found by. */
export type Place = Pick<Io, 'cwd' | 'home' | 'platform' | 'env'>;

/** The folder of the embedded database: what was asked for, else the user's own by the platform's custom. */
function dataFolder(asked: string | undefined, { cwd, home, platform, env }: Place): string {
  const named = asked ?? env.CRMFLOW_DATA_DIR;
  if (named) return resolve(cwd, named);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'crmflow');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'crmflow');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'crmflow');
}

/** The folder of the logins, by the platform's custom. */
export function configFolder({ home, platform, env }: Place): string {
  if (env.XDG_CONFIG_HOME) return join(env.XDG_CONFIG_HOME, 'crmflow');
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'crmflow');
  if (platform === 'darwin') return join(home, 'Library', 'Preferences', 'crmflow');
  return join(home, '.config', 'crmflow');
}
