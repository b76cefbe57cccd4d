import type { Context } from '../context.ts';
import { EXIT, exitAfter } from '../io.ts';
import { timeText } from '../list.ts';
import { valueText } from '../output.ts';
import { printable } from '../printable.ts';
import { placeFlags } from '../place-flags.ts';
import type { Left, Pause } from './converse.ts';

/** Says on stderr how it ended and how to go on; gives the exit code. */
export function farewell(context: Context, { kind, session }: Left): number {
  const { out, io, options } = context;
  const { bold, dim } = out.talkColors;
  const goOn = howToGoOn(context, session.id);
  switch (kind) {
    case 'interrupted':
      out.talk(`\nLeft at ${session.nodeId ?? 'the end'}. ${goOn}`);
      return io.signal.aborted ? exitAfter(io.signal) : EXIT.interrupted;
    case 'answers used up':
      out.talk(`There is no answer left for ${session.nodeId ?? 'the question'}. ${goOn}`);
      return EXIT.answersUsedUp;
    case 'over': {
      const learned = Object.entries(session.variables ?? {}).filter(
        ([, value]) => value !== null && value !== '',
      );
      const width = Math.max(0, ...learned.map(([name]) => name.length));
      const lines = learned.map(([name, value]) => `  ${name.padEnd(width)}  ${shortened(valueText(value))}`);
      out.talk(`\n${bold(ending(session))}${lines.length ? ` Learned:\n${lines.join('\n')}` : ''}`);
      if (!options.ephemeral) out.talk(dim(`Session ${session.id}`));
      return session.status === 'failed' ? EXIT.failed : EXIT.ok;
    }
  }
}

/** A value may be a whole document: the session has all of it. */
const shortened = (text: string): string =>
  text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)} …` : text;
const MOST_SHOWN = 500;

/** How to come back to a session that was left. */
export function howToGoOn({ out, options }: Context, id: string): string {
  if (options.ephemeral) return 'It was kept in memory only, and is gone.';
  return `Go on with: ${out.talkColors.bold(`crmflow run${placeFlags(options)} --resume ${id}`)}`;
}

/** What a session waits for that says nothing meanwhile. */
export function pauseText({ for: what, until }: Pause, isTerminal: boolean): string {
  const latest = until && timeText(until, isTerminal);
  if (what === 'time') return `It goes on at ${latest}. Ctrl-C leaves it.`;
  return `It goes on when its address is called${latest ? `, or at ${latest}` : ''}. Ctrl-C leaves it.`;
}

const ending = ({ status, outcome, reason }: Left['session']): string =>
  printable(
    status === 'failed'
      ? `Failed: ${reason ?? 'no reason was given'}`
      : `Finished${outcome ? `: ${outcome}` : ''}.`,
  );
