/** How the file of a backup begins. */
export const BACKUP = 'CRMFlow backup';

/** What a backup is made of, in this order: its head, pieces of tables, its end. */
export type Entry = Head | Piece | End;

/** Which data follows. */
export interface Head {
  kind: 'head';
  /** The version of CRMFlow that wrote it. */
  crmflow: string;
  /** ISO 8601 */
  at: string;
  /** The migrations that its tables have been through, in order. */
  migrations: string[];
}
/** Some rows of a table, as many as fit into memory with ease. */
export interface Piece {
  kind: 'rows';
  table: string;
  columns: string[];
  /** Each value as PostgreSQL writes it in text. */
  rows: Row[];
}
export type Row = (string | null)[];
/** Says that nothing is missing. */
export interface End {
  kind: 'end';
  tables: Tallies;
}
/** By table. */
export type Tallies = Record<string, Tally>;
export interface Tally {
  rows: number;
  /** Of all rows, whatever their order. */
  digest: string;
}
