import type { Pool } from 'pg';
import { dump } from './erase-spec.ts';

/** What is easily lost on the way: quotes, backslashes, line ends, braces, half of nothing. */
const ODD = 'it\'s "odd" \\ \\N\t\r\n\u2028{NULL,""} 🦉';
const VALUES: Record<string, (text: string) => unknown> = {
  text: (text) => text,
  integer: () => -2_147_483_648,
  'double precision': () => 0.1 + 0.2,
  boolean: () => true,
  bytea: () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  json: (text) => `{"b": 1.0,   "a": [${JSON.stringify(text)}], "\\u0041": 1e3}`,
  'timestamp(3) with time zone': () => '2026-03-06 11:00:00.123+00',
  date: () => '2026-03-06',
  'text[]': (text) => [text, '', 'NULL'],
  'timestamp(3) with time zone[]': () => ['2026-03-06 11:00:00.123+00'],
};

interface Column {
  name: string;
  type: string;
  enum: string | null;
  isNullable: boolean;
}
const COLUMNS = `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS "isNullable",
  (SELECT enumlabel FROM pg_enum WHERE enumtypid = atttypid ORDER BY enumsortorder DESC LIMIT 1) AS enum
  FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`;

/** Puts two rows into every table: one with the oddest of values, one with as few as may be. All ids are one. */
export async function fillEveryTable(pool: Pool, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const { rows: columns } = await pool.query<Column>(COLUMNS, [`"${table}"`]);
    for (const [text, keeps] of [
      [ODD, () => true],
      ['plain', ({ isNullable }: Column) => !isNullable],
    ] as const) {
      const given = columns.filter(keeps);
      await pool.query(
        `INSERT INTO "${table}" (${given.map(({ name }) => `"${name}"`).join()})
         VALUES (${given.map((_, at) => `$${at + 1}`).join()})`,
        given.map((column) => column.enum ?? VALUES[column.type]!(text)),
      );
    }
  }
}

/** Every row of every table, whatever its place; the times of migrations aside. */
export const rowsOf = async (pool: Pool): Promise<string[]> =>
  (await dump(pool))
    .split('\n(')
    .filter((row) => !/^[0-9a-f-]{36},/.test(row))
    .sort();
