import { setTimeout as sleep } from 'node:timers/promises';
import { Command, CommanderError, Option } from 'commander';
import { version } from '../package.json';
import { describe, nouns, type Act, type Work } from './commands/index.ts';
import { createContext } from './context.ts';
import { EXIT, exitAfter, type Io } from './io.ts';
import { refuse } from './refuse.ts';
import type { GlobalOptions } from './settings.ts';

/** Runs one command line, without the names of node and of the program; gives the exit code. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const actFor =
    (command: Command): Act =>
    async (work, graceMs = GRACE_MS) => {
      code = await act(work, graceMs, command.optsWithGlobals<GlobalOptions>(), io);
    };
  try {
    await programFor(io, actFor).parseAsync(spelt(argv), { from: 'user' });
    return code;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return refuse(cause, io, argv.includes('--json'));
  }
}

/** Nothing at all asks for help; so does `help run`, which must fetch the command first. */
function spelt(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  if (first === undefined) return ['--help'];
  return first === 'help' && nouns.some(({ name }) => name === rest[0]) ? [...rest, '--help'] : argv;
}

/** Opens, works and closes again; a signal ends the wait for work that does not listen to it. */
async function act(work: Work, graceMs: number, options: GlobalOptions, io: Io): Promise<number> {
  const context = createContext(io, options);
  const stopped = new Promise<number>((resolve) => {
    io.signal.addEventListener('abort', () => setTimeout(() => resolve(exitAfter(io.signal)), graceMs));
  });
  try {
    return (await Promise.race([work(context), stopped])) ?? EXIT.ok;
  } finally {
    // Whoever has sent the signal is not kept waiting by a database that says no word more.
    const closed = context.close();
    await (io.signal.aborted ? Promise.race([closed, sleep(CLOSING_MS, undefined, { ref: false })]) : closed);
  }
}
const CLOSING_MS = 4_000;
/** Enough to say a last word. */
const GRACE_MS = 50;

function programFor({ stdout, stderr }: Io, actFor: (command: Command) => Act): Command {
  const program = new Command('crmflow')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'Print help for a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride()
    .addOption(new Option('--data-dir <folder>', 'where the embedded database is kept'))
    .addOption(new Option('--database-url <url>', 'a PostgreSQL database instead'))
    .addOption(new Option('--ephemeral', 'keep everything in memory, for this command only'))
    .addOption(new Option('--server <url>', 'work through this server (CRMFLOW_URL, CRMFLOW_TOKEN)'))
    .addOption(new Option('--profile <name>', 'work through this login'))
    .addOption(new Option('--local', 'work on this machine, whatever login there is'))
    .addOption(new Option('--json', 'print results as JSON'))
    .addOption(new Option('--quiet', 'say nothing beside the result'));
  describe(program, 'Conversations that do work: they ask, understand, decide, and keep what they learned.', [
    'crmflow run lead-qualification',
    'crmflow run ./my.workflow.yaml --answers answers.txt',
    'crmflow workflows create --from feedback',
    'crmflow sessions list',
  ]);
  for (const { name, summary } of nouns) program.command(name).summary(summary);
  return program.hook('preSubcommand', async (_program, command) => {
    const noun = nouns.find(({ name }) => name === command.name());
    if (!noun) return;
    const { setup } = await noun.load();
    setup(command, actFor(command));
  });
}
