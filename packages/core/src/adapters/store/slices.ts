import type { Ask, Statement } from './ask.ts';

/** So many rows that no statement holds the others up, or the embedded database for long. */
const SLICE = 2_000;

/** Runs a statement that takes an id and how many rows at most, and gives a row each, until there is nothing left to do. */
export async function inSlices(ask: Ask, statement: Statement, id: string): Promise<void> {
  for (;;) if ((await ask(statement, [id, SLICE])).length < SLICE) return;
}
