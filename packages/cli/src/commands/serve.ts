import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { CrmflowError } from '@crmflow/core/contract';
import type { Serving } from '@crmflow/server';
import { version } from '../../package.json';
import type { Context } from '../context.ts';
import { EXIT, exitAfter } from '../io.ts';
import { announce, servedBy, urlHere } from '../served.ts';
import { openOptions } from '../settings.ts';
import { openBrowser } from './serve/browser.ts';
import { keepTicking } from './serve/clockwork.ts';
import { goneText, type Gone } from './serve/gone.ts';
import { serveOnFreePort } from './serve/listen.ts';
import { notesTo, type Notes } from './serve/notes.ts';
import {
  mustBeNamed,
  mustShare,
  roleIn,
  schemaIn,
  serveSettings,
  type ServeFlags,
  type ServeSettings,
} from './serve/settings.ts';
import { unread } from './serve/variables.ts';
import { describe, type Setup } from './index.ts';

/** For what is at work to finish; what started us waits ten seconds. */
const GRACE_MS = 9_500;

export const setup: Setup = (command, act) => {
  describe(command, 'Serve CRMFlow over HTTP, and move on every session that is due.', [
    'crmflow serve',
    'crmflow serve --open',
    'crmflow serve --port 8080 --host 0.0.0.0',
    'DATABASE_URL=postgresql://… crmflow serve --web',
  ])
    .option('--port <port>', 'where to listen, 0 for any free port (SERVER_PORT, else 3001)')
    .option('--host <host>', 'the address to listen on (SERVER_HOST, else 127.0.0.1)')
    .option('--web', 'only take calls; what is due is left to servers with --worker (SERVER_ROLE)')
    .option('--worker', 'only move on what is due: waits, schedules, reading in; take no calls')
    .option('--open', 'show it in your browser')
    .action((flags) => act((context) => serveUntilStopped(context, flags), GRACE_MS));
};

async function serveUntilStopped(context: Context, flags: ServeFlags): Promise<number> {
  const { io, env, out } = context;
  const settings = serveSettings(flags, env);
  const logger = settings.logLevel
    ? (await import('@crmflow/server')).createLogger(settings.logLevel)
    : undefined;
  const notes = notesTo(out, logger);
  for (const sentence of unread(env)) notes.warn(sentence);
  const { app, where, dataDir, databaseUrl, backUp } = await openToServe(context, settings, notes);
  const operatorToken = dataDir === undefined ? undefined : randomBytes(32).toString('base64url');
  const serving = await serveOnFreePort(context, {
    ...settings,
    app,
    version,
    backUp,
    operatorToken,
    ...(logger && { logger }),
  });
  const here = urlHere(serving.url);
  const withdraw =
    dataDir !== undefined && operatorToken !== undefined
      ? announce(dataDir, { url: here, token: operatorToken, pid: process.pid })
      : () => undefined;
  const clockwork = settings.isWorker
    ? keepTicking(() => app.tick(), {
        failed: (cause) => notes.failed(cause, 'Sessions that are due cannot be moved on at the moment'),
        works: () => notes.info('Sessions that are due are moved on again.'),
      })
    : null;
  try {
    tell(context, { serving, where, databaseUrl, settings, notes });
    if (flags.open)
      await openBrowser(here, io.platform, io.env).catch(() =>
        out.talk(`No browser could be started. Open ${here} yourself.`),
      );
    if (!io.signal.aborted) await once(io.signal, 'abort');
    if (logger) notes.info('Told to end: what is at work is finished first.');
  } finally {
    // First of all, so that no other command comes in any more.
    withdraw();
    await Promise.all([serving.close(), clockwork?.stop()]);
    await app.rest();
  }
  if (logger) notes.info('CRMFlow has ended.');
  return io.signal.reason === 'SIGTERM' ? EXIT.ok : exitAfter(io.signal);
}

interface Started {
  serving: Pick<Serving, 'url' | 'redis'>;
  where: string;
  databaseUrl: string | undefined;
  settings: ServeSettings;
  notes: Notes;
}

function tell(
  { out }: Context,
  { serving: { url, redis }, where, databaseUrl, settings, notes }: Started,
): void {
  const { publicUrl } = settings;
  if (out.isJson) out.jsonLine({ url, version, where, ...(publicUrl !== undefined && { publicUrl }) });
  else out.line(url);
  const outside = publicUrl === undefined ? '' : ` People reach it at ${publicUrl}.`;
  const schema = schemaIn(databaseUrl);
  notes.info(`CRMFlow ${version} is listening.${outside} Data: ${where}. Stop with Ctrl-C.`, {
    role: roleIn(settings),
    redis: redis?.() ?? 'none',
    ...(schema !== undefined && { schema }),
  });
}

/** Opens the data; a folder that is being served already is named with where. */
async function openToServe({ openHere, options, env, io }: Context, settings: ServeSettings, notes: Notes) {
  const { port, keepDays, publicUrl = `http://localhost:${port}` } = settings;
  const { dataDir, databaseUrl } = openOptions(options, env, io);
  mustShare(settings, databaseUrl);
  mustBeNamed(settings, databaseUrl, env);
  try {
    const opened = await openHere({
      ...{ isServed: true, publicUrl, keepDays, warn: notes.warn },
      tellMigrated: (names) => notes.info(`The database was brought up to date: ${names.join(', ')}.`),
      tellGone: (gone: Gone) => notes.info(`Gone by their age: ${goneText(gone)}.`),
      report: (cause, sessionId) =>
        notes.failed(cause, `In the background something failed at ${sessionId}`, { sessionId }),
    });
    return { ...opened, dataDir, databaseUrl };
  } catch (cause) {
    const served = dataDir === undefined ? null : await servedBy(dataDir, cause);
    if (!served) throw cause;
    throw new CrmflowError(
      'conflict',
      `CRMFlow serves ${dataDir} already, at ${served.url} (process ${served.pid}). Stop it, or choose another folder with --data-dir.`,
      undefined,
      { cause },
    );
  }
}
