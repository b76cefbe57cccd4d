import { once } from 'node:events';
import { version } from '../../package.json';
import type { Context } from '../context.ts';
import { wrongUse } from '../context.ts';
import { EXIT, exitAfter } from '../io.ts';
import { describe, type Setup } from './index.ts';

const PORT = 3001;
const TICK_MS = 1_000;
/** For requests at work to finish. */
const GRACE_MS = 15_000;

interface ServeFlags {
  port?: string;
  host?: string;
}

export const setup: Setup = (command, act) => {
  describe(command, 'Serve CRMFlow over HTTP, and move on every session that is due.', [
    'crmflow serve',
    'crmflow serve --port 8080 --host 0.0.0.0',
  ])
    .option('--port <port>', `where to listen (SERVER_PORT, else ${PORT})`)
    .option('--host <host>', 'the address to listen on (SERVER_HOST, else 127.0.0.1)')
    .action((flags) => act((context) => serveUntilStopped(context, flags), GRACE_MS));
};

async function serveUntilStopped(context: Context, flags: ServeFlags): Promise<number> {
  const { io, env, out } = context;
  const port = portFrom(flags.port ?? env.SERVER_PORT ?? String(PORT));
  const host = flags.host ?? env.SERVER_HOST ?? (env.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1');
  const [{ app, where }, { serve }] = await Promise.all([context.open(), import('@crmflow/server')]);
  const serving = await serve({ app, port, host, version });
  const clockwork = keepTicking(
    () => app.tick(),
    (cause) => out.talk(`A due session could not be moved on: ${String(cause)}`),
  );
  out.line(serving.url);
  out.talk(`CRMFlow ${version} is listening. Data: ${where}. Stop with Ctrl-C.`);
  if (!io.signal.aborted) await once(io.signal, 'abort');
  await Promise.all([serving.close(), clockwork.stop()]);
  return io.signal.reason === 'SIGTERM' ? EXIT.ok : exitAfter(io.signal);
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw wrongUse(`The port ${text} is no number from 0 to 65535.`);
  return port;
}

/** Does the work once a second, never twice at a time; stopping waits for what is at work. */
function keepTicking(work: () => Promise<unknown>, failed: (cause: unknown) => void) {
  let atWork: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    atWork ??= work()
      .catch(failed)
      .finally(() => (atWork = undefined));
  }, TICK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await atWork;
    },
  };
}
