import { resolve } from 'node:path';
import { CrmflowError, type ErrorBody } from '@crmflow/core/contract';
import { BACKUP, backUp, readBackup } from '@crmflow/core/open';
import { version } from '../../package.json';
import { mustBeHere, type Context } from '../context.ts';
import { exitAfter } from '../io.ts';
import { servedBy, type Served } from '../served.ts';
import { openOptions } from '../settings.ts';
import { whileWaiting } from '../spinner.ts';
import { writeWhole } from '../whole-file.ts';
import { describe, type Setup } from './index.ts';
import { rowsIn } from './restore.ts';

/** To take away a file that was begun. */
const GRACE_MS = 5_000;

export const setup: Setup = (command, act) => {
  describe(command, 'Back up all data into a file, also while a server runs.', [
    'crmflow backup crmflow.backup',
    'crmflow backup /var/backups/crmflow-$(date +%F).backup',
    'crmflow backup before-the-move.backup --database-url postgresql://user:secret@db.example.com/crmflow',
  ])
    .argument(
      '<file>',
      'where to write it; a backup of that name is replaced once the new one is whole, anything else stays',
    )
    .action((file) => act((context) => take(context, file), GRACE_MS));
};

async function take(context: Context, file: string): Promise<number | void> {
  mustBeHere(context);
  const { io, out } = context;
  const path = resolve(io.cwd, file);
  const write = (bytes: AsyncIterable<Uint8Array>) =>
    writeWhole(path, bytes, { beginsWith: BACKUP, check: readBackup, signal: io.signal });
  try {
    const taking = takeWith(context, write);
    const { bytes, checked } = await whileWaiting(taking, 'Taking the backup …', context);
    out.done(`Backed up ${rowsIn(checked)} to ${path}, ${bytes} bytes.`, { file: path, bytes, ...checked });
  } catch (cause) {
    if (io.signal.aborted) return exitAfter(io.signal);
    throw cause;
  }
}

/** Through the server that holds the data folder, where one does: it goes on meanwhile. */
async function takeWith<T>(
  { options, env, io }: Context,
  write: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const settings = openOptions(options, env, io);
  if (settings.ephemeral)
    throw new CrmflowError('invalid_input', 'What --ephemeral keeps in memory cannot be backed up.');
  try {
    return await write(backUp(settings, version));
  } catch (cause) {
    const served = settings.dataDir === undefined ? null : await servedBy(settings.dataDir, cause);
    if (!served) throw cause;
    return write(fetched(served, io.signal));
  }
}

async function* fetched({ url, token }: Served, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const response = await fetch(`${url}/api/backup`, {
    headers: { authorization: `Bearer ${token}` },
    signal,
  });
  if (!response.ok) throw CrmflowError.fromJSON(((await response.json()) as { error: ErrorBody }).error);
  try {
    yield* response.body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new CrmflowError(
      'unavailable',
      `The server at ${url} broke off in the middle of the backup. Nothing was written; see what it says, and try again.`,
      undefined,
      { cause },
    );
  }
}
