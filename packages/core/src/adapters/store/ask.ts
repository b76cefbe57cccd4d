import type { Database } from '../database.ts';
import { databaseError } from './database-error.ts';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** Runs one statement and gives its rows; errors are in our words. */
export type Ask = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

export function createAsk(pool: Database['pool']): Ask {
  return async <Row>({ name, text }: Statement, values: readonly unknown[]) => {
    try {
      const { rows } = await pool.query({ name, text, values: [...values] });
      // What the columns are is said once, in the statement.
      return rows as Row[];
    } catch (cause) {
      throw databaseError(cause);
    }
  };
}
