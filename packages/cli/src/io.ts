import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Terminal<S> = S & { isTTY?: boolean; columns?: number };

/** All that a command sees of the world it was started in. */
export interface Io {
  stdin: Terminal<Readable>;
  stdout: Terminal<Writable>;
  stderr: Terminal<Writable>;
  env: Readonly<Record<string, string | undefined>>;
  /** The working folder; relative paths begin here. */
  cwd: string;
  /** Whose `.env` is read; the working folder unless said. */
  settingsFolder?: string;
  /** The user's home folder. */
  home: string;
  platform: NodeJS.Platform;
  /** Aborted by Ctrl-C and by a request to end; the reason is the name of the signal. */
  signal: AbortSignal;
}

/** Exit codes that no refusal stands for. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  answersUsedUp: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/** Thrown where somebody leaves with Ctrl-C what was asked: nothing went wrong, and nothing goes on. */
export class Interrupted extends Error {}

/** What a command exits with after a signal: as the shell counts them. */
export const exitAfter = (signal: AbortSignal): number =>
  signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
