import type { Database, PoolClient } from '../database.ts';
import type { Statement } from './ask.ts';
import { untilDone } from './database-error.ts';

/** Runs one statement of a transaction and gives its rows. */
export type Within = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** Does all of it or nothing, and again when it was given up for another; `taken` is said of a second row under one key. */
export const inTransaction = <T>(
  pool: Database['pool'],
  work: (within: Within) => Promise<T>,
  taken?: string,
): Promise<T> =>
  untilDone(async () => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const done = await work(withinOf(client));
      await client.query('COMMIT');
      client.release();
      return done;
    } catch (cause) {
      // A connection that does not even take this is of no more use.
      await client.query('ROLLBACK').then(() => client.release(), client.release.bind(client));
      throw cause;
    }
  }, taken);

const withinOf =
  (client: PoolClient): Within =>
  async <Row>({ name, text }: Statement, values: readonly unknown[]) => {
    const { rows } = await client.query({ name, text, values: [...values] });
    // What the columns are is said once, in the statement.
    return rows as Row[];
  };
