#!/usr/bin/env node
import { version } from '../package.json';

const [first, ...rest] = process.argv.slice(2);

// The answer that scripts ask for most needs nothing else of the program.
if (rest.length === 0 && (first === '--version' || first === '-V')) process.stdout.write(`${version}\n`);
else await start();

async function start(): Promise<void> {
  const [{ runCli }, { homedir }] = await Promise.all([import('./cli.ts'), import('node:os')]);
  const { stdin, stdout, stderr, env, platform } = process;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      // A terminal that was closed, or what rotates logs: an end like any other.
      interruption.abort(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  // Whoever read our output has seen enough: what is stored stays stored.
  stderr.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
  stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(0);
    stderr.write(`error: The output cannot be written: ${cause.message}. Send it elsewhere, or make room.\n`);
    process.exit(1);
  });

  const io = {
    stdin,
    stdout,
    stderr,
    env,
    platform,
    // `npm start` works in the folder of CRMFlow; what is typed after it means the folder one stands in.
    cwd: (env.npm_package_name === 'crmflow-workspace' && env.INIT_CWD) || process.cwd(),
    settingsFolder: process.cwd(),
    home: homedir(),
    signal: interruption.signal,
  };
  const code = await runCli(process.argv.slice(2), io);
  stdout.write('', () => process.exit(code));
}
