import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from '../context.ts';
import { fileRefusal } from '../file-error.ts';
import { wrongUse } from '../wrong-use.ts';
import { answersFrom, type Answers } from '../conversation/answers.ts';
import { converse, inOrder, type Pause } from '../conversation/converse.ts';
import { inputsFrom } from '../conversation/inputs.ts';
import { farewell, howToGoOn, pauseText } from '../conversation/farewell.ts';
import { recall, transcriptOf } from '../conversation/recall.ts';
import { sayJson, sayPlainly, sayToPerson, type Say } from '../conversation/speaker.ts';
import { printable } from '../printable.ts';
import { startable } from '../target.ts';
import type { SessionView } from '../views.ts';
import { describe, type Setup } from './index.ts';

/** What `run` may be told. */
export interface RunOptions {
  resume?: string;
  answers?: string;
  var?: string[];
  mode?: 'auto' | 'step';
  draft?: boolean;
}

export const setup: Setup = (command, act) => {
  describe(command, 'Have a conversation: a file, a workflow by name or id, or a template.', [
    'crmflow run lead-qualification',
    'crmflow run ./my.workflow.yaml --var company_name="Hill & Sons"',
    'crmflow run feedback --answers answers.txt',
    'printf "9\\nEverything\\nyes\\n" | crmflow run feedback --ephemeral',
    'crmflow run --resume <session>',
  ]);
  command
    .argument('[workflow]', 'a file, a name, an id or a template')
    .option('--resume <session>', 'go on with a conversation where it was left')
    .option(
      '--answers <file>',
      'take the answers from a file, one a line; - is stdin. Exit code 3 when they are used up',
    )
    .option('--var <name=value>', 'give an input the workflow declares; may be repeated', collect)
    .option('--draft', 'what is saved of a workflow of yours, though another version is published')
    .option('--mode <mode>', 'auto, or step to drive node by node as an editor does')
    .action((word: string | undefined, options: RunOptions) => act((context) => run(context, word, options)));
};
/** Of an option that may be repeated. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Has a conversation, begun or resumed; gives the exit code. */
export async function run(context: Context, word: string | undefined, options: RunOptions): Promise<number> {
  const { io, out } = context;
  mustMakeSense(word, options);
  const source = await answerSource(context, options);
  const opening = context.open();
  opening.catch(() => undefined);
  const sayIn = (id: string) => speech(context, source, { ...options, id });
  const { session, speaker } =
    word === undefined
      ? await resumed(context, options.resume!, sayIn)
      : await started(context, word, options, sayIn);
  const isPerson = source === null;
  const answers = source ? answersFrom(source) : await personsAnswers(context);
  try {
    const { api, tick } = await opening;
    const askAgain = isPerson ? (refusal: Error) => out.talk(printable(refusal.message)) : undefined;
    const pauses = (wait: Pause) => out.talk(out.talkColors.dim(pauseText(wait, io.stderr.isTTY === true)));
    const { signal } = io;
    const left = await converse({ api, tick, answers, speaker, signal, askAgain, pauses }, session);
    return farewell(context, left);
  } catch (cause) {
    out.talk(`\n${howToGoOn(context, session.id)}`);
    throw cause;
  } finally {
    answers.close();
  }
}

function mustMakeSense(word: string | undefined, { resume, var: pairs, mode, draft }: RunOptions): void {
  if (word === undefined && resume === undefined)
    throw wrongUse('Say what to run: a file, a name, an id or a template. See: crmflow templates list');
  if (word !== undefined && resume !== undefined)
    throw wrongUse('--resume goes on with a session that has its workflow: leave the workflow out.');
  if (resume !== undefined && (pairs || mode || draft))
    throw wrongUse('--var, --mode and --draft belong to the start of a session.');
  if (mode !== undefined && mode !== 'auto' && mode !== 'step')
    throw wrongUse(`--mode is auto or step, not ${String(mode)}.`);
}

/** Where the answers are read from; null when a person sits at the terminal. */
async function answerSource({ io, out }: Context, { answers }: RunOptions): Promise<Readable | null> {
  if (answers !== undefined && answers !== '-')
    return Readable.from([await readFile(resolve(io.cwd, answers), 'utf8')]);
  const isPerson =
    io.stdin.isTTY === true && io.stdout.isTTY === true && !out.isJson && answers === undefined;
  return isPerson ? null : io.stdin;
}

async function personsAnswers({ io, out }: Context): Promise<Answers> {
  const { answersAt, prepareMenus } = await import('../conversation/terminal.ts');
  prepareMenus();
  return answersAt(io, out.colors);
}

/** Given answers make a transcript; who talks to us through a pipe knows what he says. */
function speech(
  { out }: Context,
  source: Readable | null,
  { answers, id }: RunOptions & { id: string },
): Say {
  if (out.isJson) return sayJson(out, id);
  return source === null ? sayToPerson(out) : sayPlainly(out, { echo: answers !== undefined });
}

async function started(
  context: Context,
  word: string,
  { var: pairs = [], mode = 'auto', draft = false }: RunOptions,
  sayIn: (id: string) => Say,
) {
  const { out } = context;
  const { id: workflowId, name, nodes } = await startable(context, word, { draft });
  const variables = inputsFrom(pairs, { nodes });
  const { api, keepToken } = await context.open();
  const { session, token, events } = await api.sessions.start({ workflowId, mode, variables, draft });
  try {
    keepToken(session.id, token);
  } catch (cause) {
    // The conversation goes on; only going on with it later may not.
    out.talk(
      `What opens this session later cannot be kept: ${(fileRefusal(cause) ?? (cause as Error)).message}`,
    );
  }
  if (out.isTerminal && !out.isJson) out.line(`${out.colors.bold(printable(name))}\n`);
  const speaker = inOrder(0, sayIn(session.id));
  events.forEach(speaker.hear);
  return { session, speaker };
}

async function resumed(context: Context, id: string, sayIn: (id: string) => Say) {
  const { api } = await context.open();
  const session: SessionView = await api.sessions.get({ id });
  const say = sayIn(id);
  const speaker = inOrder(session.seq, say);
  if (!context.out.isJson) recall(say, await transcriptOf(api, id), session);
  return { session, speaker };
}
