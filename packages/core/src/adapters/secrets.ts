import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CrmflowError } from '../errors.ts';
import { makeFolder } from './embedded/folder.ts';

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
const EXAMPLES = new Set(['your-secret-key-here', '32-character-encryption-key-change']);
const MIN_BYTES = 32;

/**
 * The secrets of this installation: given ones, else made once and kept for their owner alone.
 * @throws CrmflowError `unavailable`, naming the variable, for what may not be used
 */
export function secretsFrom(given: GivenSecrets): Secrets & { warnings: string[] } {
  const { isProduction = false, mayMake } = given;
  const warnings: string[] = [];
  const made = once(() => (given.dataDir === undefined ? fresh() : keptIn(given.dataDir)));
  const take = (name: keyof Secrets): string => {
    const variable = VARIABLES[name];
    const value = given[name] || undefined;
    const why = weakness(value);
    if (why === null) return value!;
    if (isProduction || (value === undefined && !mayMake))
      throw new CrmflowError(
        'unavailable',
        `${variable} ${why}. Set it to ${MIN_BYTES} random bytes or more: openssl rand -hex 32`,
      );
    if (value === undefined) return made()[name];
    warnings.push(`${variable} ${why}: fine for trying things out, refused in production.`);
    return value;
  };
  return { jwtSecret: take('jwtSecret'), encryptionKey: take('encryptionKey'), warnings };
}

function weakness(value: string | undefined): string | null {
  if (value === undefined) return 'is not set';
  if (EXAMPLES.has(value)) return 'is the example of the documentation';
  return Buffer.byteLength(value) < MIN_BYTES ? `is shorter than ${MIN_BYTES} bytes` : null;
}

const random = () => randomBytes(32).toString('hex');
const fresh = (): Secrets => ({ jwtSecret: random(), encryptionKey: random() });

function keptIn(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  makeFolder(dataDir);
  const secrets = fresh();
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return secrets;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
