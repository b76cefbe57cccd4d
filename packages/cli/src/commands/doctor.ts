import { access, constants, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CrmflowError } from '@crmflow/core/contract';
import type { OpenOptions } from '@crmflow/core/open';
import { mustBeHere, type Context } from '../context.ts';
import { EXIT } from '../io.ts';
import { printable } from '../printable.ts';
import { servedBy } from '../served.ts';
import { openOptions } from '../settings.ts';
import { describe, type Setup } from './index.ts';

interface Finding {
  what: string;
  state: 'ok' | 'warn' | 'fail';
  /** What was found, and what to do when it is not well. */
  says: string;
}

export const setup: Setup = (command, act) => {
  describe(command, 'Check that everything CRMFlow needs is there. Exit code 1 when something is not.', [
    'crmflow doctor',
    'crmflow doctor --data-dir ./data --json',
  ]).action(() => act(doctor));
};

async function doctor(context: Context): Promise<number> {
  const { out } = context;
  const findings = await examine(context);
  if (out.isJson) out.json({ items: findings });
  const { green, yellow, red } = out.colors;
  const color = { ok: green, warn: yellow, fail: red };
  if (!out.isJson)
    for (const { what, state, says } of findings)
      out.line(`${color[state](state.padEnd(4))}  ${what}: ${printable(says)}`);
  return findings.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.ok;
}

async function examine(context: Context): Promise<Finding[]> {
  const { options, env, io } = context;
  mustBeHere(context);
  const { dataDir, databaseUrl } = openOptions(options, env, io);
  const folder = dataDir === undefined ? [] : await examineFolder(dataDir);
  const isNew = dataDir !== undefined && (await stat(dataDir).catch(() => null)) === null;
  const canOpen = !isNew && !folder.some(({ state }) => state === 'fail');
  const database = canOpen ? [await examineDatabase(context, { databaseUrl, dataDir })] : [];
  return [node(process.versions.node), ...folder, ...database];
}

/** The versions of Node.js that every package names in its `engines`. */
export function node(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isKnown = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return isKnown
    ? { what: 'Node.js', state: 'ok', says: version }
    : { what: 'Node.js', state: 'fail', says: `${version} is not supported. Install 24, 22.12 or 20.19.` };
}

async function examineFolder(dataDir: string): Promise<Finding[]> {
  const what = 'data folder';
  const standing = await nearest(dataDir);
  try {
    await access(standing, constants.W_OK | constants.X_OK);
    // A folder may be writable and its disk read-only: only writing tells.
    await rm(await mkdtemp(join(standing, '.crmflow-doctor-')), { recursive: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return [
      {
        what,
        state: 'fail',
        says: `${standing} cannot be written to (${why}). Choose another with --data-dir.`,
      },
    ];
  }
  const says =
    standing === dataDir ? dataDir : `${dataDir} is not there yet; the first command that needs it makes it`;
  return [{ what, state: 'ok', says }, await examineDisk(standing)];
}

/** The folder itself, or what it would be made in. */
async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

const MEGABYTE = 1024 * 1024;
async function examineDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / MEGABYTE);
  const what = 'disk';
  if (free < 64) return { what, state: 'fail', says: `${free} MB are free: too little to begin. Make room.` };
  if (free < 512) return { what, state: 'warn', says: `${free} MB are free: make room before it is full.` };
  return { what, state: 'ok', says: `${free} MB are free` };
}

async function examineDatabase(
  { openHere }: Context,
  { databaseUrl, dataDir }: Pick<OpenOptions, 'databaseUrl' | 'dataDir'>,
): Promise<Finding> {
  const what = 'database';
  try {
    // It looks, and changes nothing.
    const { app, owner, where } = await openHere({ mayMigrate: false });
    await app.as(owner).workflows.list({ limit: 1 });
    return { what, state: 'ok', says: `${where}, reached and up to date` };
  } catch (cause) {
    const served = dataDir === undefined ? null : await servedBy(dataDir, cause);
    if (served)
      return { what, state: 'ok', says: `${dataDir}, served by process ${served.pid} at ${served.url}` };
    const why = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof CrmflowError && 'missing' in Object(cause.details))
      return { what, state: 'warn', says: why };
    const now = databaseUrl ? 'Check the address, the user and that the server runs.' : '';
    return { what, state: 'fail', says: [why, now].filter(Boolean).join(' ') };
  }
}
