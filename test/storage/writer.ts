import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';

// Opens the data folder it is given and writes rows until it is killed: prints `open`, then the number of each row
// once that is committed.
const { pool } = await openEmbedded({ dataDir: process.argv[2]! });
process.stdout.write('open\n');
await pool.query('CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY)');
const { rows } = await pool.query<{ n: number }>('SELECT coalesce(max(n), 0) + 1 AS n FROM kept');
for (let n = rows[0]!.n; ; n++) {
  await pool.query({ name: 'keep', text: 'INSERT INTO kept VALUES ($1)', values: [n] });
  process.stdout.write(`${n}\n`);
}
