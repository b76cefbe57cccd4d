import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SessionView } from '../views.ts';

export type MessageWait = Extract<NonNullable<SessionView['wait']>, { for: 'message' }>;

/** What came when the visitor was asked: finding nothing is an answer too. */
export type Given =
  | { kind: 'answer'; text: string }
  | { kind: 'none' }
  | { kind: 'interrupted' }
  /** Nobody waits for it any more. */
  | { kind: 'called off' };

/** Where a visitor's answers come from. */
export interface Answers {
  /** Aborted, it gives `called off`, and keeps for the next call what it has by then. */
  next(wait: MessageWait, signal: AbortSignal): Promise<Given>;
  /** Whether more may be said to a question that goes on listening: a person may, and whoever has said all beforehand means the next one. */
  mayAdd: boolean;
  close(): void;
}

/** Resolves when it aborts. */
export const calledOff = (signal: AbortSignal): Promise<Given> =>
  new Promise((resolve) => {
    const stop = () => resolve({ kind: 'called off' });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });

/** One answer a line; empty lines are passed over. */
export function answersFrom(input: Readable): Answers {
  const reader = createInterface({ input, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();

  async function nextLine(): Promise<Given> {
    for (let line = await lines.next(); !line.done; line = await lines.next())
      if (line.value.trim() !== '') return { kind: 'answer', text: line.value };
    return { kind: 'none' };
  }
  /** A line that is being waited for is the next one, whoever asks then. */
  let coming: Promise<Given> | null = null;
  return {
    mayAdd: false,
    async next(_wait, off) {
      coming ??= nextLine();
      const given = await Promise.race([coming, calledOff(off)]);
      if (given.kind !== 'called off') coming = null;
      return given;
    },
    close: () => reader.close(),
  };
}
