import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The command as it is installed. */
export const program = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

export const keys = {
  enter: '\r',
  down: '\u001b[B',
  space: ' ',
  interrupt: '\u0003',
  end: '\u0004',
} as const;

/** A program at work in a terminal of its own. */
export interface Screen {
  /** Of the terminal; the program is its child. */
  pid: number;
  /** Waits until it shows something new that fits; gives all that was new until then. */
  shows(pattern: RegExp): Promise<string>;
  type(text: string): void;
  /** Waits until it ends. */
  ends(): Promise<{ code: number | null; screen: string }>;
}

/** Starts `crmflow` in a pseudo-terminal, by the `script` of util-linux; a home folder is where it works too. */
export function inTerminal(
  line: string,
  env: Record<string, string> & { HOME: string },
  columns = 100,
): Screen {
  if (spawnSync('script', ['--version']).error)
    throw new Error('These tests need `script` of util-linux (Debian: bsdutils), for a pseudo-terminal.');
  const command = `stty cols ${columns} rows 40; exec ${JSON.stringify(process.execPath)} ${JSON.stringify(program)} ${line}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: env.HOME,
    env: { PATH: process.env.PATH, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1', ...env },
  });
  let screen = '';
  let seen = 0;
  const waiting = new Set<() => void>();
  const wake = () => waiting.forEach((look) => look());
  child.stdout.on('data', (chunk: Buffer) => {
    screen += stripVTControlCharacters(chunk.toString()).replaceAll('\r', '');
    wake();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  void ended.then(wake);

  return {
    pid: child.pid!,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(screen.slice(seen));
          if (!found && child.exitCode === null) return;
          waiting.delete(look);
          if (!found) return reject(new Error(`It ended without showing ${String(pattern)}:\n${screen}`));
          const shown = screen.slice(seen, seen + found.index + found[0].length);
          seen += found.index + found[0].length;
          resolve(shown);
        };
        waiting.add(look);
        look();
      }),
    type: (text) => void child.stdin.write(text),
    async ends() {
      const code = await ended;
      return { code, screen };
    },
  };
}
