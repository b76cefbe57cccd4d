import { createInterface } from 'node:readline';
import type { Io } from '../io.ts';
import type { Colors } from '../output.ts';
import { oneLine } from '../printable.ts';
import type { Answers, Given, MessageWait } from './answers.ts';
import type { Entry } from './menu.ts';

type Expects = MessageWait['expects'];
type Ask = {
  stdin: Io['stdin'];
  stdout: Io['stdout'];
  colors: Colors;
  /** Aborts when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** What was typed when an answer was called off. */
  draft: { text: string };
};

/** Asks a person at a terminal: menus where there is something to choose, a line to type on everywhere else. */
export function answersAt({ stdin, stdout }: Io, colors: Colors): Answers {
  const draft = { text: '' };
  return {
    mayAdd: true,
    async next({ expects }, signal) {
      const ask: Ask = { stdin, stdout, colors, signal, draft };
      const given = await byMenu(expects, ask);
      return given ?? byTyping(ask);
    },
    close: () => undefined,
  };
}

/** Fetches the menus while the person reads what is said first. */
export const prepareMenus = (): void => void import('./menu.ts');

/** The answer chosen from a menu; null when there is none, or when the person would rather type. */
async function byMenu(expects: Expects, ask: Ask): Promise<Given | null> {
  const entries = entriesOf(expects);
  if (!entries.length) return null;
  try {
    if (expects.kind === 'choice' && expects.multiple) return await bySeveral(entries, ask);
    const { menu } = await import('./menu.ts');
    const isNumbered = expects.kind !== 'rating';
    const text = await menu(
      { entries, isNumbered, colors: ask.colors },
      { input: ask.stdin, output: ask.stdout, signal: ask.signal },
    );
    return { kind: 'answer', text };
  } catch (cause) {
    if (ask.signal.aborted) return { kind: 'called off' };
    if (cause instanceof Error && cause.name === 'ExitPromptError') return { kind: 'interrupted' };
    throw cause;
  }
}

async function bySeveral(entries: Entry[], { stdin, stdout, colors, signal }: Ask): Promise<Given | null> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ input: stdin, output: stdout, signal });
  const shared = { name: 'chosen', message: '', theme: themed(colors), pageSize: 12 } as const;
  const { chosen } = await prompt<{ chosen: string[] }>([
    { ...shared, type: 'checkbox', required: true, choices: [...entries, rather], shortcuts: NO_SHORTCUTS },
  ]);
  return chosen.includes(rather.value) || !chosen.length ? null : { kind: 'answer', text: chosen.join(', ') };
}

const themed = ({ green, cyan }: Colors) => ({
  prefix: { idle: green('›'), done: green('›') },
  style: { highlight: cyan },
});
/** Whoever begins to type a word there would else tick all, or turn all over. */
const NO_SHORTCUTS = { all: null, invert: null };
/** The way out of a menu of boxes, over which one cannot type: a visitor may always say something else, such as back or help. */
const rather: Entry = { name: 'Type it … (also: help, back, restart)', value: '\0' };

/** What a menu offers. The texts sent are what a person would have typed. */
function entriesOf({ kind, choices = [], multiple, min, max }: Expects): Entry[] {
  if (kind === 'choice' || kind === 'confirm') return sendable(choices, multiple === true);
  if (kind !== 'rating' || typeof min !== 'number' || typeof max !== 'number' || max - min > 10) return [];
  return Array.from({ length: max - min + 1 }, (_, at) => String(min + at)).map((value) => ({
    name: value,
    value,
  }));
}

function sendable(choices: NonNullable<Expects['choices']>, isList: boolean): Entry[] {
  const labels = new Set(choices.map(({ label }) => label.toLowerCase()));
  const areClear =
    labels.size === choices.length &&
    !(isList && choices.some(({ label }) => /[,;]| and | und /i.test(label)));
  return choices.map(({ id, label }) => ({ name: oneLine(label), value: areClear ? label : id }));
}

/** A line as it is typed; empty ones are asked for again. */
async function byTyping(ask: Ask): Promise<Given> {
  for (;;) {
    const line = await typed(ask);
    if (typeof line !== 'string') return line;
    if (line.trim() === '') continue;
    return { kind: 'answer', text: line };
  }
}

function typed({ stdin, stdout, colors, signal, draft }: Ask): Promise<string | Given> {
  return new Promise((resolve) => {
    const reader = createInterface({ input: stdin, output: stdout, terminal: true });
    let isOver = false;
    const finish = (given: string | Given) => {
      isOver = true;
      resolve(given);
      reader.close();
    };
    function callOff() {
      if (isOver) return;
      draft.text = reader.line;
      stdout.write('\n');
      finish({ kind: 'called off' });
    }
    signal.addEventListener('abort', callOff, { once: true });
    reader.once('SIGINT', () => {
      stdout.write('\n');
      finish({ kind: 'interrupted' });
    });
    reader.once('close', () => finish({ kind: 'none' }));
    reader.question(colors.green('› '), finish);
    // What was being typed when something was said in between is still there.
    reader.write(draft.text);
    draft.text = '';
  });
}
