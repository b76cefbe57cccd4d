import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runCli } from '../../packages/cli/src/cli.ts';

export interface Heard {
  code: number;
  stdout: string;
  stderr: string;
}
export interface Setting {
  /** What is typed, or piped in. */
  stdin?: string;
  cwd?: string;
  env?: Record<string, string>;
  /** Whether stdout is a terminal. */
  isTerminal?: boolean;
  signal?: AbortSignal;
  /** Told all that stdout has held so far, whenever there is more. */
  hear?: (stdout: string) => void;
}

/** Runs a command line in this process, as a script would: nothing of this machine shows through. */
export async function crmflow(line: string | readonly string[], setting: Setting = {}): Promise<Heard> {
  const {
    stdin = '',
    cwd = tmpdir(),
    env = {},
    isTerminal = false,
    signal = new AbortController().signal,
    hear,
  } = setting;
  const stdout = collected(hear);
  const stderr = collected();
  const code = await runCli(typeof line === 'string' ? line.split(' ') : line, {
    stdin: Readable.from([stdin]),
    stdout: Object.assign(stdout.stream, { isTTY: isTerminal }),
    stderr: stderr.stream,
    env,
    cwd,
    home: cwd,
    platform: 'linux',
    signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collected(hear?: (text: string) => void) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      hear?.(chunks.join(''));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

/** A folder of its own, gone after the run. */
export const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'crmflow-cli-'));

export const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
