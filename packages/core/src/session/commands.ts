import type { Expects, Wake } from '../nodes/wait.ts';
import { failed, type NodeContext, type Outcome, type PureKind } from '../nodes/node.ts';
import type { Step } from '../workflow/step.ts';
import { stepAt, type Draft } from './draft.ts';
import { carryOut } from './advance.ts';
import { goBack } from './back.ts';
import { beginAgain } from './begin.ts';

const words = {
  restart: ['restart', 'start over', '/restart', 'neustart', 'neu starten', 'von vorn', '/neustart'],
  back: ['back', 'go back', '/back', 'zurück', 'zurueck', '/zurück'],
  help: ['help', '/help', 'hilfe', '/hilfe'],
} as const;
export type VisitorCommand = keyof typeof words;

/** Longer than any command: looking for its end would take time that grows with the square of its length. */
const MAX_COMMAND_CHARS = 40;

const commandIn = (text: string): VisitorCommand | undefined => {
  if (text.length > MAX_COMMAND_CHARS) return undefined;
  const said = text
    .trim()
    .normalize('NFC')
    .toLowerCase()
    .replace(/[.!?…]+$/, '');
  return (Object.keys(words) as VisitorCommand[]).find((name) => words[name].some((word) => word === said));
};

/**
 * What a visitor asks of the conversation itself: to start again, go back a question, or explain this one.
 * A word that is a valid answer to the question stays an answer; free text and names take any word, so there the command wins.
 */
export function commandOf(
  draft: Draft,
  step: Step,
  wake: Wake,
  ctx: NodeContext,
): VisitorCommand | undefined {
  const { session, flow } = draft;
  if (wake.by !== 'message' || session.mode !== 'auto' || !flow.main.settings.commands) return undefined;
  // A person is spoken to as one likes.
  if (session.wait?.for === 'person') return undefined;
  const command = commandIn(wake.text);
  if (!command || !mayCommand(step.data)) return undefined;
  return isAnswer(step, wake, ctx) ? undefined : command;
}

const mayCommand = (data: unknown): boolean =>
  typeof data !== 'object' || data === null || !('commands' in data) || data.commands !== false;

/** Questions to which any word is an answer. */
const TAKE_ANY_WORD = new Set(['text', 'name']);

function isAnswer({ kind, data }: Step, wake: Wake, ctx: NodeContext): boolean {
  if (TAKE_ANY_WORD.has(kind.kind) || !kind.isPure || !kind.resume) return false;
  try {
    const outcome = kind.resume(data, wake, ctx);
    // What is said back was guessed: "back" is no misspelt "Black".
    return outcome.kind === 'next' && outcome.port !== 'invalid' && !outcome.say;
  } catch {
    // Given to the node as an answer, it fails again, and the session goes by the node's error port.
    return true;
  }
}

export function obey(draft: Draft, command: VisitorCommand, ctx: NodeContext): void {
  switch (command) {
    case 'restart':
      return beginAgain(draft);
    case 'back':
      if (!goBack(draft.session)) stay(draft, ctx, ctx.say('nothing_before'));
      return;
    case 'help':
      return explain(draft, ctx);
  }
}

function explain(draft: Draft, ctx: NodeContext) {
  const { wait, past } = draft.session;
  const expects: Expects | undefined = wait?.for === 'message' ? wait.expects : undefined;
  const hint = ctx.say(`hint_${expects?.kind ?? 'text'}`, {
    ...(expects?.min !== undefined && { min: expects.min }),
    ...(expects?.max !== undefined && { max: expects.max }),
    ...(expects?.choices && { choices: expects.choices.map(({ label }) => label).join(', ') }),
  });
  stay(draft, ctx, `${hint} ${ctx.say(past.length ? 'help_back_restart' : 'help_restart')}`);
}

/** Says something and waits on as before. */
function stay(draft: Draft, ctx: NodeContext, text: string) {
  const { session, flow } = draft;
  const { kind, data } = stepAt(flow, session);
  const waiting = kind.isPure ? waitingOn(kind, data, ctx) : undefined;
  if (waiting?.kind === 'next') carryOut(draft, waiting);
  else if (waiting) carryOut(draft, { ...waiting, say: [{ text }] });
  else if (session.wait) carryOut(draft, { kind: 'wait', wait: session.wait, say: [{ text }] });
}

function waitingOn({ waitOn }: PureKind, data: unknown, ctx: NodeContext): Outcome | undefined {
  try {
    return waitOn?.(data, ctx);
  } catch (cause) {
    return failed(cause, ctx.nodeId);
  }
}
