import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CrmflowError } from '../errors.ts';
import { codeOf, inFolder, makeFolder } from './embedded/folder.ts';

/** What signs login tokens and seals stored keys. */
export interface Secrets {
  jwtSecret: string;
  encryptionKey: string;
}
export interface GivenSecrets {
  jwtSecret?: string | undefined;
  encryptionKey?: string | undefined;
  isProduction?: boolean | undefined;
  /** Where made secrets are kept; absent, they last as long as the process. */
  dataDir?: string | undefined;
  /** Whether secrets that are not given may be made. */
  mayMake: boolean;
}

const VARIABLES = { jwtSecret: 'JWT_SECRET', encryptionKey: 'ENCRYPTION_KEY' } as const;
const EXAMPLES = ['your-secret-key-here', '32-character-encryption-key-change'];
const MIN_BYTES = 32;
/** Of 32 random bytes in hexadecimal nearly all 16 digits are there. */
const MIN_CHARACTERS = 8;

/**
 * The secrets of this installation: given ones, else made once and kept for their owner alone.
 * @throws CrmflowError `invalid_input`, naming the variable, for what may not be used
 */
export function secretsFrom(given: GivenSecrets): Secrets & {
  warnings: string[];
  /** Whether another process would seal with the same key. */
  isKeyKept: boolean;
} {
  const { isProduction = false, mayMake } = given;
  const warnings: string[] = [];
  const made = once(() => (given.dataDir === undefined ? fresh() : keptIn(given.dataDir)));
  const take = (name: keyof Secrets): string => {
    const variable = VARIABLES[name];
    const value = given[name] || undefined;
    const why = weakness(value) ?? (name === 'encryptionKey' && value === given.jwtSecret ? SAME : null);
    if (why === null) return value!;
    if (isProduction || (value === undefined && !mayMake))
      throw new CrmflowError(
        'invalid_input',
        `${variable} ${why}. Set it to ${MIN_BYTES} random bytes or more: openssl rand -hex 32`,
      );
    if (value === undefined) return made()[name];
    warnings.push(`${variable} ${why}: fine for trying things out, refused in production.`);
    return value;
  };
  const isKeyKept = Boolean(given.encryptionKey) || given.dataDir !== undefined;
  return { jwtSecret: take('jwtSecret'), encryptionKey: take('encryptionKey'), warnings, isKeyKept };
}

const SAME = 'is the same as JWT_SECRET';

function weakness(value: unknown): string | null {
  if (value === undefined) return 'is not set';
  if (typeof value !== 'string') return 'is no text';
  if (EXAMPLES.some((example) => value.includes(example))) return 'is the example of the documentation';
  if (Buffer.byteLength(value.trim()) < MIN_BYTES) return `is shorter than ${MIN_BYTES} bytes`;
  return new Set(value).size < MIN_CHARACTERS ? 'is made of a few characters, again and again' : null;
}

const random = () => randomBytes(32).toString('hex');
const fresh = (): Secrets => ({ jwtSecret: random(), encryptionKey: random() });

function keptIn(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  return inFolder(dataDir, () => {
    if (existsSync(file)) return readIn(file);
    makeFolder(dataDir);
    keep(file, fresh());
    // Of two that begin at once, both go on with what the first has kept.
    return readIn(file);
  });
}

/** Puts them where nobody has put any yet, whole and on the disk. */
function keep(file: string, secrets: Secrets) {
  const draft = `${file}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(secrets)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } catch (cause) {
    // Some file systems have no links: there the last of two that begin at once wins.
    if (codeOf(cause) !== 'EEXIST') renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Never makes new ones in the place of damaged ones: what the old key sealed could not be opened any more. */
function readIn(file: string): Secrets {
  const found = parsed(readFileSync(file, 'utf8'));
  if (areWhole(found)) return found;
  throw new CrmflowError(
    'unavailable',
    `${file} is damaged: the two secrets that CRMFlow keeps there are not in it. Put back a copy of it. Without one, remove it: new secrets are made, everybody has to log in again, and stored API keys have to be given again.`,
    { file },
  );
}

function areWhole(found: Partial<Record<keyof Secrets, unknown>> | null): found is Secrets {
  return weakness(found?.jwtSecret) === null && weakness(found?.encryptionKey) === null;
}

function parsed(text: string): Partial<Record<keyof Secrets, unknown>> | null {
  try {
    return JSON.parse(text) as object | null;
  } catch {
    return null;
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
