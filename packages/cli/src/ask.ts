import { text } from 'node:stream/consumers';
import type { Context } from './context.ts';
import { Interrupted } from './io.ts';
import { wrongUse } from './wrong-use.ts';

/** Asks before something is gone for good; in a pipe only `--yes` answers. */
export async function mustAgree(
  context: Context,
  isAgreed: boolean | undefined,
  question: string,
): Promise<boolean> {
  if (isAgreed) return true;
  if (!isPerson(context)) throw wrongUse(`${question} Nobody can be asked here: say --yes.`);
  const agrees = await agreed(context, question);
  if (!agrees) context.out.talk('Nothing was changed.');
  return agrees;
}

/** Whether somebody sits at the terminal who can be asked. */
export const isPerson = ({ io }: Context): boolean => io.stdin.isTTY === true;

/** Asks for yes or no; leaving is a no. */
export const agreed = (context: Context, question: string, usual = false): Promise<boolean> =>
  unlessLeft(
    prompted(context, { type: 'confirm', message: question, default: usual }).then((given) => given === true),
    () => false,
  );

/** Asks for a line of text; in a pipe the flag has to say it. */
export async function asked(context: Context, question: string, flag: string): Promise<string> {
  if (!isPerson(context)) throw wrongUse(`${question} Nobody can be asked here: say ${flag}.`);
  return unlessLeft(prompted(context, { type: 'input', message: question }).then(String), interrupted);
}

/**
 * Secrets, which no flag may hold since others can read command lines: asked for unseen, or read from stdin, one a
 * line; a single one may have lines of its own.
 */
export async function secretsOf(context: Context, names: readonly string[]): Promise<string[]> {
  if (!isPerson(context)) return fromStdin(context, names);
  const secrets: string[] = [];
  for (const name of names)
    secrets.push(
      await unlessLeft(
        prompted(context, { type: 'password', message: `${name}:`, mask: '*' }).then(String),
        interrupted,
      ),
    );
  return secrets.map((secret, at) => mustBeGiven(secret, names[at]!));
}

/** A single secret. */
export const secretOf = async (context: Context, name: string): Promise<string> =>
  (await secretsOf(context, [name]))[0]!;

/** A new password; a person types it twice, since nobody sees what is typed. */
export async function newPassword(context: Context): Promise<string> {
  const names = isPerson(context) ? ['Password', 'The same again'] : ['Password'];
  const [password, again = password] = await secretsOf(context, names);
  if (password !== again) throw wrongUse('The two passwords differ. Nothing was changed.');
  return password!;
}

async function fromStdin({ io }: Context, names: readonly string[]): Promise<string[]> {
  const given = (await text(io.stdin)).replace(/\r?\n$/, '');
  const lines = names.length === 1 ? [given] : given.split(/\r?\n/);
  if (lines.length !== names.length)
    throw wrongUse(`Give ${names.length} lines on stdin: ${names.join(', ')}.`);
  return lines.map((line, at) => mustBeGiven(line, names[at]!));
}

function mustBeGiven(secret: string, name: string): string {
  if (secret === '') throw wrongUse(`${name}: nothing was given. It is read from stdin, or asked for.`);
  return secret;
}

type Question =
  | { type: 'confirm'; message: string; default: boolean }
  | { type: 'input'; message: string }
  | { type: 'password'; message: string; mask: string };

async function prompted({ io }: Context, question: Question): Promise<unknown> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ input: io.stdin, output: io.stderr });
  const { given } = await prompt<{ given: unknown }>([{ ...question, name: 'given' }]);
  return given;
}

/** Gives what the person gives, or what it means to have left with Ctrl-C. */
async function unlessLeft<T>(given: Promise<T>, left: () => T): Promise<T> {
  try {
    return await given;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ExitPromptError') return left();
    throw cause;
  }
}
const interrupted = (): never => {
  throw new Interrupted();
};
