import type { Ask, Statement } from './ask.ts';
import { createBatches, type Batches } from './batches.ts';

interface LookUps<Row, O> {
  ask: Ask;
  /**
   * Takes a JSON list of what is wanted, each with its place as `at`, and gives rows that say by `at` whose they are.
   * Written so that PostgreSQL looks up one by one, however many it expects: no part can become a join or a hash.
   */
  statement: Statement;
  most: number;
  flights: number;
  from(row: Row & { at: number }): O;
}

/** Looks up one row for each that waits at the moment, together; null where there is none. */
export const createLookUps = <I extends object, Row, O>({
  ask,
  statement,
  most,
  flights,
  from,
}: LookUps<Row, O>): Batches<I, O | null> =>
  createBatches<I, O | null>({
    most,
    flights,
    keyOf: () => null,
    async run(wanted) {
      const found = wanted.map((): O | null => null);
      const asked = JSON.stringify(wanted.map((each, at) => ({ at, ...each })));
      for (const row of await ask<Row & { at: number }>(statement, [asked])) found[row.at] = from(row);
      return found;
    },
  });
