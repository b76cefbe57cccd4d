import { quoted, type PoolClient } from '../database.ts';

/** Every table of prisma/schema.prisma, each after those that it refers to. */
export const TABLES = [
  'User',
  'Version',
  'Workflow',
  'Node',
  'Edge',
  'ApiKey',
  'KnowledgeItem',
  'KnowledgeJob',
  'Passage',
  'KnowledgeVectors',
  'Contact',
  'Session',
  'Message',
  'Event',
  'File',
  'Thread',
  'Delivery',
  'Notice',
  'Reply',
  'ExecutionLog',
  'ModelCall',
  'Spending',
  'Sending',
] as const;

/** Those that there are, in the order of the list: a database may stand before the migration that makes one. */
export async function tablesIn(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(THERE, [TABLES]);
  const there = new Set(rows.map(({ name }) => name));
  return TABLES.filter((name) => there.has(name));
}
const THERE = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY($1)`;

/** A column with its type as SQL writes it. */
export interface Column {
  name: string;
  type: string;
}
export async function columnsOf(client: PoolClient, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(COLUMNS, [quoted(table)]);
  return rows;
}
const COLUMNS = `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
