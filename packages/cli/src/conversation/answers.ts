import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SessionView } from '../views.ts';

export type MessageWait = Extract<NonNullable<SessionView['wait']>, { for: 'message' }>;

/** What came when the visitor was asked: finding nothing is an answer too. */
export type Given = { kind: 'answer'; text: string } | { kind: 'none' } | { kind: 'interrupted' };

/** Where a visitor's answers come from. */
export interface Answers {
  next(wait: MessageWait): Promise<Given>;
  close(): void;
}

/** One answer a line; empty lines are passed over. */
export function answersFrom(input: Readable, signal: AbortSignal): Answers {
  const reader = createInterface({ input, crlfDelay: Infinity });
  const lines = reader[Symbol.asyncIterator]();
  const interrupted = new Promise<Given>((resolve) => {
    const stop = () => resolve({ kind: 'interrupted' });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
  });

  async function nextLine(): Promise<Given> {
    for (let line = await lines.next(); !line.done; line = await lines.next())
      if (line.value.trim() !== '') return { kind: 'answer', text: line.value };
    return { kind: 'none' };
  }
  return { next: () => Promise.race([nextLine(), interrupted]), close: () => reader.close() };
}
