import type { Context } from './context.ts';
import type { Cell } from './output.ts';
import { firstOf } from './pages.ts';

interface List<T> {
  limit: number;
  read: Parameters<typeof firstOf<T>>[1];
  head: readonly string[];
  row: (item: T) => readonly Cell[];
  /** Said when there is nothing. */
  none: string;
}

/** Prints a list: one JSON document, a table for people, or lines for a pipe. */
export async function printList<T>(
  { out }: Context,
  { limit, read, head, row, none }: List<T>,
): Promise<void> {
  const { items, hasMore } = await firstOf(limit, read);
  if (out.isJson) out.json({ items });
  else if (items.length) await out.table(head, items.map(row));
  if (!items.length) out.talk(none);
  if (hasMore) out.talk(`There are more: --limit ${limit * 2} shows twice as many.`);
}

/** A time as people read it, in the machine's own zone on a terminal and in UTC for a pipe. */
export const timeText = (iso: string, isTerminal: boolean): string =>
  isTerminal ? new Date(iso).toLocaleString('sv-SE', { timeStyle: 'short', dateStyle: 'short' }) : iso;
