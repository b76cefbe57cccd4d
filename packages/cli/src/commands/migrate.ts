import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { moveTo, type DatabaseOptions } from '@crmflow/core/open';
import { version } from '../../package.json';
import { mustBeHere, type Context } from '../context.ts';
import { openOptions } from '../settings.ts';
import { whileWaiting } from '../spinner.ts';
import { wrongUse } from '../wrong-use.ts';
import { describe, type Setup } from './index.ts';
import { rowsIn, tellOfKeys } from './restore.ts';

interface Flags {
  to?: string;
}

export const setup: Setup = (command, act) => {
  describe(
    command,
    'Bring the database up to date, as every other command but doctor and backup does too; with --to, copy all of it into another one.',
    [
      'crmflow migrate',
      'crmflow migrate --database-url postgresql://user:secret@db.example.com/crmflow',
      'crmflow migrate --to postgresql://user:secret@db.example.com/crmflow',
      'crmflow migrate --database-url postgresql://user:secret@db.example.com/crmflow --to ./data',
    ],
  )
    .option('--to <database>', 'an empty database: a PostgreSQL URL, or a data folder')
    .action(({ to }: Flags) => act((context) => (to === undefined ? update(context) : move(context, to))));
};

async function update({ openHere, out }: Context): Promise<void> {
  const { where } = await openHere();
  if (out.isJson) out.json({ where, isUpToDate: true });
  else out.line(`${where} is up to date.`);
}

async function move(context: Context, to: string): Promise<void> {
  mustBeHere(context);
  const { io, out, options, env } = context;
  const from = openOptions(options, env, io);
  const target = await targetOf(to, io.cwd);
  if (from.ephemeral) throw wrongUse('Memory has nothing to copy. Leave out --ephemeral.');
  if (target.dataDir === from.dataDir && target.databaseUrl === from.databaseUrl)
    throw wrongUse('--to names what is copied. Name another.');
  const moved = await whileWaiting(moveTo(from, target, version), 'Copying the database …', context);
  out.done(
    `Copied ${rowsIn(moved)} into ${moved.where}, and compared them. What was copied is as before.`,
    moved,
  );
  tellOfKeys(context, moved);
}

async function targetOf(to: string, cwd: string): Promise<DatabaseOptions> {
  if (/^postgres(ql)?:\/\//.test(to)) return { databaseUrl: to };
  const dataDir = resolve(cwd, to);
  const there = await stat(dataDir).catch(() => null);
  if (/^\w+:\/\//.test(to) || (there && !there.isDirectory()))
    throw wrongUse(`--to takes a PostgreSQL URL or a data folder, and ${to} is neither.`);
  return { dataDir };
}
