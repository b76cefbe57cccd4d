import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { folder, freePort, start } from './processes.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
export const SECRETS = {
  JWT_SECRET: 'a secret of 32 bytes for the chaos',
  ENCRYPTION_KEY: 'a key of 32 bytes for the chaos...',
};

/**
 * `crmflow serve`, as it is built, on a port it keeps over all its lives.
 * @param {{ env?: Record<string, string>, args?: readonly string[], preload?: readonly string[], port?: number }} options
 */
export async function startServer({ env = {}, args = [], preload = [], port } = {}) {
  const given = {
    cwd: folder('server'),
    env: {
      PATH: process.env.PATH,
      HOME: folder('home'),
      NODE_EXTRA_CA_CERTS: env.NODE_EXTRA_CA_CERTS ?? '',
      ...SECRETS,
      TRUST_PROXY: '1',
      ...env,
    },
  };
  const at = port ?? (await freePort());
  const imports = preload.flatMap((file) => [
    '--import',
    new URL(`../preload/${file}.mjs`, import.meta.url).href,
  ]);
  let child;
  const server = {
    port: at,
    url: `http://127.0.0.1:${at}`,
    /** Whether it can be asked. */
    isUp: false,
    get pid() {
      return child.pid;
    },
    get ended() {
      return child.ended;
    },
    said: () => child.said(),
    /** Starts it, and resolves when it listens. */
    async begin() {
      child = start(
        process.execPath,
        [...imports, CLI, 'serve', '--port', String(at), '--json', ...args],
        given,
      );
      const mine = child;
      void mine.ended.then(() => mine === child && (server.isUp = false));
      // Read on, so that it is never held up by what nobody reads.
      const lines = createInterface({ input: mine.stdout });
      const first = await Promise.race([once(lines, 'line'), mine.ended]);
      if (!Array.isArray(first))
        throw new Error(`crmflow serve ended with ${first.code ?? first.signal}:\n${mine.said()}`);
      server.isUp = true;
      return server;
    },
    /** Starts it again until it stays, as whatever looks after servers does: it does not start without its database. */
    async beginAgain() {
      for (let tries = 0; ; tries++)
        try {
          return await server.begin();
        } catch (cause) {
          if (tries === 60) throw cause;
          await sleep(250);
        }
    },
    signal: (name) => child.kill(name),
    async kill() {
      server.isUp = false;
      child.kill('SIGKILL');
      await child.ended;
    },
  };
  return server;
}
