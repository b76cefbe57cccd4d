import { createHash } from 'node:crypto';
import { quoted, type PoolClient, type QueryConfig } from '../database.ts';
import { patient } from '../migrate.ts';
import type { Entry, Head, Piece, Row, Tallies, Tally } from './entries.ts';
import { columnsOf, tablesIn } from './tables.ts';

/** Of what rows take in the database, compressed as they may be there. */
const PIECE_BYTES = 1_000_000;
const PIECE_ROWS = 1_000;
const PLACES_AT_ONCE = 5_000;

/**
 * All that a database holds, as it was at one moment, while others go on writing: the rows of every table in pieces that fit
 * into memory, whatever the size of the tables.
 */
export async function* dump(client: PoolClient, head: Omit<Head, 'kind'>): AsyncGenerator<Entry> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    yield { kind: 'head', ...head };
    yield* contents(client);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The same without its head, within a transaction of the caller's. */
export async function* contents(client: PoolClient): AsyncGenerator<Entry> {
  await client.query(PLAIN_TEXT);
  const names = await tablesIn(client);
  // Nobody may move the rows of a table between two looks at it.
  if (names.length > 0) await client.query(`LOCK TABLE ${names.map(quoted).join()} IN ACCESS SHARE MODE`);
  const tables: Tallies = {};
  for (const table of names) {
    const tally = createTally();
    for await (const piece of piecesOf(client, table)) {
      tally.add(piece.rows);
      yield piece;
    }
    tables[table] = tally.made();
  }
  yield { kind: 'end', tables };
}

/** What text says of a value depends on these; whoever reads slowly is waited for. */
const PLAIN_TEXT = `SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex'; SET LOCAL synchronize_seqscans = off;
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`;

/** A place is where a row lies in the files; it stays valid for as long as the transaction. */
async function* piecesOf(client: PoolClient, table: string): AsyncGenerator<Piece> {
  const columns = (await columnsOf(client, table)).map(({ name }) => name);
  const bytes = columns.map((name) => `coalesce(pg_column_size(${quoted(name)}), 0)`).join(' + ');
  const from = `FROM ${quoted(table)}`;
  await client.query(
    `DECLARE places NO SCROLL CURSOR FOR SELECT ctid::text AS at, ${bytes} AS bytes ${from}`,
  );
  const read = `SELECT ${columns.map(quoted).join()} ${from} WHERE ctid = ANY($1::tid[])`;
  for (;;) {
    const { rows: places } = await client.query<Place>(patient(`FETCH ${PLACES_AT_ONCE} FROM places`));
    for (const piece of piecesIn(places)) {
      const { rows } = await client.query<Row>({ ...patient(read), values: [piece], ...AS_TEXT });
      yield { kind: 'rows', table, columns, rows };
    }
    if (places.length < PLACES_AT_ONCE) break;
  }
  await client.query('CLOSE places');
}
const AS_TEXT = {
  rowMode: 'array',
  types: { getTypeParser: () => (value: string) => value },
} as Partial<QueryConfig> as { rowMode: 'array' };

interface Place {
  at: string;
  bytes: number;
}
function piecesIn(places: readonly Place[]): string[][] {
  const pieces: string[][] = [];
  let bytesLeft = 0;
  for (const { at, bytes } of places) {
    if (bytes > bytesLeft || pieces.at(-1)!.length >= PIECE_ROWS) {
      pieces.push([]);
      bytesLeft = PIECE_BYTES;
    }
    pieces.at(-1)!.push(at);
    bytesLeft -= bytes;
  }
  return pieces;
}

/** Rows lie in another order after a restore, so that their fingerprints are added up. */
function createTally() {
  let count = 0;
  let sum = 0n;
  return {
    add(rows: readonly Row[]) {
      count += rows.length;
      for (const row of rows) {
        const digest = createHash('sha256').update(JSON.stringify(row)).digest();
        sum += digest.readBigUInt64BE(0) + (digest.readBigUInt64BE(8) << 64n);
      }
    },
    made: (): Tally => ({ rows: count, digest: BigInt.asUintN(128, sum).toString(16) }),
  };
}
