import { resolve } from 'node:path';
import { CrmflowError } from '@crmflow/core/contract';
import { restore, type Restored } from '@crmflow/core/open';
import { mustBeHere, type Context } from '../context.ts';
import { onFile } from '../file-error.ts';
import { openOptions } from '../settings.ts';
import { whileWaiting } from '../spinner.ts';
import { describe, type Setup } from './index.ts';

interface Flags {
  force?: boolean;
}

export const setup: Setup = (command, act) => {
  describe(command, 'Put a backup back into an empty database: all of it, or nothing is changed.', [
    'crmflow restore crmflow.backup',
    'crmflow restore crmflow.backup --data-dir ./data',
    'crmflow restore crmflow.backup --database-url postgresql://user:secret@db.example.com/crmflow',
  ])
    .argument('<file>', 'what crmflow backup wrote')
    .option('--force', 'replace what the database holds')
    .action((file, flags) => act((context) => putBack(context, file, flags)));
};

async function putBack(context: Context, file: string, { force = false }: Flags): Promise<void> {
  mustBeHere(context);
  const { io, out, options, env } = context;
  const path = resolve(io.cwd, file);
  const settings = openOptions(options, env, io);
  if (settings.ephemeral)
    throw new CrmflowError('invalid_input', 'Memory cannot be restored into. Leave out --ephemeral.');
  const restoring = onFile(path, () => restore(path, settings, { force }));
  const restored = await whileWaiting(restoring, 'Restoring …', context);
  const { where, crmflow, at } = restored;
  out.done(
    `Restored ${rowsIn(restored)} into ${where}, as CRMFlow ${crmflow} wrote them at ${at}.`,
    restored,
  );
  tellOfKeys(context, restored);
}

/** How much there is, in words. */
export function rowsIn({ rows }: Pick<Restored, 'rows'>): string {
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  return `${count} row${count === 1 ? '' : 's'}`;
}

/** What is sealed is of no use without the key that sealed it, and that is in no backup. */
export function tellOfKeys({ out }: Context, { rows: { ApiKey = 0 } }: Pick<Restored, 'rows'>): void {
  if (ApiKey > 0)
    out.talk(
      `Stored keys (${ApiKey}) open only with the ENCRYPTION_KEY, or the secrets.json of the data folder, that they were sealed with.`,
    );
}
