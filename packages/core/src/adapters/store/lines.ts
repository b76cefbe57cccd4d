import { CrmflowError } from '../../errors.ts';
import type { Message } from '../../session/session.ts';
import type { Page } from '../../store.ts';

/** The lines that one commit added, as they are read. */
export interface LinesRow {
  /** The number of the first line's event. */
  seq: number;
  lines: Message[];
}
interface Placed {
  seq: number;
  /** Its place in the row, from 0. */
  at: number;
  message: Message;
}

/** Where a page of the transcript begins: a cursor names a row and a line in it. */
export function lineAt(cursor: string | undefined): { row: number; line: number } {
  if (cursor === undefined) return { row: 0, line: 0 };
  const [, row, line] = /^(\d{1,9})\.(\d{1,9})$/.exec(cursor) ?? [];
  if (line === undefined)
    throw new CrmflowError('invalid_input', 'cursor: it is not one that a list has given.');
  return { row: Number(row), line: Number(line) };
}

/** The page in what was read for it. */
export function pageOfLines(lines: readonly Placed[], limit: number): Page<Message> {
  const next = lines[limit];
  return {
    items: lines.slice(0, limit).map(({ message }) => message),
    nextCursor: next ? `${next.seq}.${next.at}` : null,
  };
}
