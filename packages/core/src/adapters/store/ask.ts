import type { Database } from '../database.ts';
import { untilDone } from './database-error.ts';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** Runs one statement and gives its rows; errors are in our words, `taken` is said of a second row under one key. */
export type Ask = <Row>(statement: Statement, values: readonly unknown[], taken?: string) => Promise<Row[]>;

export function createAsk(pool: Database['pool']): Ask {
  return async <Row>({ name, text }: Statement, values: readonly unknown[], taken?: string) => {
    const { rows } = await untilDone(() => pool.query({ name, text, values: [...values] }), taken);
    // What the columns are is said once, in the statement.
    return rows as Row[];
  };
}
