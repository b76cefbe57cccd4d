import { createColors } from 'picocolors';
import type { Io, Terminal } from './io.ts';
import { oneLine, printable } from './printable.ts';
import { isOff, type GlobalOptions } from './settings.ts';
import { fitting, widthOf } from './width.ts';

/** Colours for a stream: none in a pipe, nor where they are not wanted. */
export function colorsFor({ isTTY }: Terminal<unknown>, env: Io['env']) {
  if (env.NO_COLOR || isOff(env.FORCE_COLOR)) return createColors(false);
  return createColors(Boolean(env.FORCE_COLOR) || (isTTY === true && env.TERM !== 'dumb'));
}
export type Colors = ReturnType<typeof colorsFor>;

export type Cell = string | number | boolean | null | undefined;

/** Where a command speaks: results go to stdout, talk to stderr. */
export interface Output {
  colors: Colors;
  /** Whether a person reads the results. */
  isTerminal: boolean;
  isJson: boolean;
  /** How wide the terminal is; endless for a pipe. */
  columns: number;
  /** A line of the result. */
  line(text?: string): void;
  /** A piece of a line. */
  raw(text: string): void;
  /** A whole file: as it is, but where a terminal would obey what stands in it. */
  file(text: string): void;
  /** A result of which there is one. */
  json(value: unknown): void;
  /** A result of which there are many, one a line. */
  jsonLine(value: unknown): void;
  /** What is said of a thing done that has no other result: in words beside the result, or as JSON. */
  done(sentence: string, value: unknown): void;
  /** Rows: a table for people, lines of tab-separated values for a pipe. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): Promise<void>;
  /** What is said beside the result; nothing with `--quiet`. */
  talk(text: string): void;
  talkColors: Colors;
}

export function createOutput(
  { stdout, stderr, env }: Pick<Io, 'stdout' | 'stderr' | 'env'>,
  options: GlobalOptions,
): Output {
  const raw = (text: string) => void stdout.write(text);
  const isTerminal = stdout.isTTY === true;
  const colors = colorsFor(stdout, env);
  const columns = (isTerminal && stdout.columns) || Infinity;
  return {
    colors,
    isTerminal,
    isJson: options.json === true,
    columns,
    talkColors: colorsFor(stderr, env),
    raw,
    file: (text) => raw(isTerminal ? printable(text) : text),
    line: (text = '') => raw(`${text}\n`),
    json: (value) => raw(`${jsonText(value, isTerminal ? 2 : 0)}\n`),
    jsonLine: (value) => raw(`${jsonText(value, 0)}\n`),
    done(sentence, value) {
      if (options.json) this.json(value);
      this.talk(sentence);
    },
    async table(head, rows) {
      const cells = rows.map((row) => row.map(cellText));
      if (!isTerminal) return raw(cells.map((row) => `${row.join('\t')}\n`).join(''));
      raw(`${await drawn(head, cells, { colors, columns })}\n`);
    },
    talk(text) {
      if (!options.quiet) stderr.write(`${text}\n`);
    },
  };
}

/** Inside its texts alone may JSON hold what could redraw a terminal, and there it may be written as an escape. */
const jsonText = (value: unknown, indent: number) => printable(JSON.stringify(value, null, indent));

const cellText = (cell: Cell): string => oneLine(String(cell ?? ''));

async function drawn(
  head: readonly string[],
  rows: string[][],
  { colors, columns }: Pick<Output, 'colors' | 'columns'>,
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const natural = head.map(
    (name, at) => 2 + Math.max(...[name, ...rows.map((row) => row[at]!)].map(widthOf)),
  );
  const table = new Table({
    head: head.map((name) => colors.bold(name)),
    chars: borderless,
    style: plain,
    colWidths: fitting(natural, columns),
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  table.push(...rows);
  return table.toString();
}
const plain = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };
const sides = [
  'top',
  'bottom',
  'left',
  'right',
  'mid',
  'top-mid',
  'top-left',
  'top-right',
  'bottom-mid',
] as const;
const corners = ['bottom-left', 'bottom-right', 'left-mid', 'mid-mid', 'right-mid', 'middle'] as const;
const borderless = Object.fromEntries([...sides, ...corners].map((name) => [name, '']));

/** A value of a variable, for people. */
export const valueText = (value: unknown): string =>
  printable(typeof value === 'string' ? value : JSON.stringify(value));
