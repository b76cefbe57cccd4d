import { on } from 'node:events';
import fs, {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { QueryConfig } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import packageJson from '../../packages/core/package.json' with { type: 'json' };
import { openEmbedded, type EmbeddedOptions } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { SyncingFolder } from '../../packages/core/src/adapters/embedded/file-system.js';
import { newFolder, startWriter, within } from './kit.ts';

const keep = (dataDir: string, name: string) =>
  within({ dataDir }, async ({ pool }) => {
    await pool.query('CREATE TABLE IF NOT EXISTS person (name text)');
    await pool.query('INSERT INTO person VALUES ($1)', [name]);
  });
const kept = (dataDir: string) =>
  within({ dataDir }, async ({ pool }) => {
    const { rows } = await pool.query<{ name: string }>('SELECT name FROM person ORDER BY name');
    return rows.map(({ name }) => name);
  });
const endless = { text: 'SELECT count(*) FROM generate_series(1, 1000000000000)' };
/** pg reads a limit of a single statement, which its types leave out. */
const impatient: QueryConfig & { query_timeout: number } = { ...endless, query_timeout: 200 };

describe('a data folder', () => {
  it('keeps what was written until it is opened again', async () => {
    const dataDir = newFolder();
    await keep(dataDir, 'Ada');
    await keep(dataDir, 'Grace');
    expect(await kept(dataDir)).toEqual(['Ada', 'Grace']);
  });

  it('is its owner’s alone and says which engine wrote it', async () => {
    const dataDir = newFolder();
    await within({ dataDir }, async ({ where }) => expect(where).toBe(dataDir));
    const mode = (name: string) => (statSync(join(dataDir, name)).mode & 0o777).toString(8);
    expect({ folder: mode('.'), database: mode('database'), lock: mode('lock') }).toEqual({
      folder: '700',
      database: '700',
      lock: '600',
    });
    expect(JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8'))).toEqual({
      pglite: packageJson.dependencies['@electric-sql/pglite'],
      postgres: 18,
      createdBy: packageJson.version,
    });
  });

  it('notes the engine that it really has', async () => {
    await within({ dataDir: newFolder() }, async ({ pool }) => {
      const { rows } = await pool.query<{ version: string }>('SELECT version()');
      const pglite = packageJson.dependencies['@electric-sql/pglite'];
      expect(rows[0]!.version).toMatch(new RegExp(`^PostgreSQL 18\\.\\d+ \\(PGlite ${pglite}\\) `));
    });
  });

  it('keeps every row that was confirmed when its process is killed in the middle of writing', async () => {
    const dataDir = newFolder();
    let confirmed: number[] = [];
    for (const rows of [1, 40, 200]) {
      const writer = startWriter(dataDir);
      await writer.said(1 + rows);
      confirmed = [...confirmed, ...(await writer.kill())];
    }
    const found = await within({ dataDir }, ({ pool }) =>
      pool.query<{ n: number }>('SELECT n FROM kept ORDER BY n'),
    );
    const numbers = found.rows.map(({ n }) => n);
    expect(confirmed.length).toBeGreaterThanOrEqual(241);
    expect(confirmed.filter((n) => !numbers.includes(n))).toEqual([]);
    // What was under way at the kill may have been committed and not yet told: one row at most, each time.
    expect(numbers.length - confirmed.length).toBeLessThanOrEqual(3);
  });

  it('refuses what another PostgreSQL wrote, and leaves it as it is', async () => {
    const dataDir = newFolder();
    mkdirSync(dataDir);
    const note = JSON.stringify({ pglite: '0.3.0', postgres: 17, createdBy: '0.0.9' });
    writeFileSync(join(dataDir, 'engine.json'), note);
    const message = `The data folder ${dataDir} was written by PostgreSQL 17, and this version of CRMFlow reads 18. Export it with CRMFlow 0.0.9 and import it here, or choose another folder with --data-dir.`;
    await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
      code: 'conflict',
      message,
      details: { found: 17, reads: 18 },
    });
    expect(existsSync(join(dataDir, 'database'))).toBe(false);
    expect(readFileSync(join(dataDir, 'engine.json'), 'utf8')).toBe(note);
  });

  it('believes the engine’s own files before the note', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'database'), { recursive: true });
    writeFileSync(join(dataDir, 'database', 'PG_VERSION'), '19\n');
    await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
      code: 'conflict',
      details: { found: 19, reads: 18 },
    });
  });

  it('is not made anew where the engine’s files are missing', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'database'), { recursive: true });
    await expect(openEmbedded({ dataDir })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('begins again when its process was killed while making it', async () => {
    const dataDir = newFolder();
    mkdirSync(dataDir);
    const watcher = watch(dataDir);
    const writer = startWriter(dataDir);
    for await (const [, name] of on(watcher, 'change')) if (name === 'database.draft') break;
    await writer.kill();
    watcher.close();
    await keep(dataDir, 'Ada');
    expect(await kept(dataDir)).toEqual(['Ada']);
  });

  it('begins again beside what was left half made', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'database.draft', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'database.draft', 'PG_VERSION'), '18\n');
    await keep(dataDir, 'Ada');
    expect(await kept(dataDir)).toEqual(['Ada']);
    expect(readdirSync(dataDir).sort()).toEqual(['database', 'engine.json', 'lock']);
  });

  it('waits for the disk at each commit, unless told not to', async () => {
    const settings = (options: EmbeddedOptions) =>
      within(options, async ({ pool }) => {
        const sql = "SELECT current_setting('fsync') AS fsync, current_setting('wal_sync_method') AS how";
        return (await pool.query(sql)).rows;
      });
    const dataDir = newFolder();
    expect(await settings({ dataDir })).toEqual([{ fsync: 'on', how: 'fsync' }]);
    expect(await settings({ dataDir, syncs: false })).toMatchObject([{ fsync: 'off' }]);
  });

  it('has its syncs carried out by the system', async () => {
    const dataDir = newFolder();
    await keep(dataDir, 'Ada');
    const sync = vi.spyOn(fs, 'fdatasyncSync');
    syncBuiltinESMExports();
    const startParams = [...PGlite.defaultStartParams, '-c', 'fsync=on', '-c', 'wal_sync_method=fsync'];
    const engine = await PGlite.create({ fs: new SyncingFolder(join(dataDir, 'database')), startParams });
    sync.mockClear();
    for (const name of ['Grace', 'Joan']) await engine.query('INSERT INTO person VALUES ($1)', [name]);
    expect(sync).toHaveBeenCalledTimes(2);
    await engine.close();
    sync.mockRestore();
    syncBuiltinESMExports();
  });
});

describe('the connection', () => {
  it('runs prepared statements by name, also after one of them failed', async () => {
    await within({ dataDir: newFolder() }, async ({ pool }) => {
      const half = (n: number) =>
        pool.query<{ half: number }>({ name: 'half', text: 'SELECT 12 / $1::int AS half', values: [n] });
      expect((await half(4)).rows).toEqual([{ half: 3 }]);
      await expect(half(0)).rejects.toMatchObject({ code: '22012', message: 'division by zero' });
      expect((await half(6)).rows).toEqual([{ half: 2 }]);
    });
  });

  it('forgets what a client left open', async () => {
    await within({ dataDir: newFolder() }, async ({ pool }) => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query('CREATE TABLE draft ()');
      await client.query("SET search_path = 'elsewhere'");
      client.release(true);
      const { rows } = await pool.query(
        "SELECT to_regclass('public.draft') AS draft, current_schema() AS schema",
      );
      expect(rows).toEqual([{ draft: null, schema: 'public' }]);
    });
  });

  it('carries five megabytes both ways', async () => {
    await within({ dataDir: newFolder() }, async ({ pool }) => {
      const text = 'é'.repeat(2_500_000);
      const { rows } = await pool.query<{ text: string }>('SELECT $1::text AS text', [text]);
      expect(rows[0]!.text === text).toBe(true);
    });
  });

  it('leaves the main thread free while a statement runs', async () => {
    await within({ dataDir: newFolder() }, async ({ pool }) => {
      let isRunning = true;
      const counted = pool.query('SELECT count(*) FROM generate_series(1, 2000000)');
      void counted.finally(() => (isRunning = false));
      let turns = 0;
      for (; isRunning; turns++) await new Promise(setImmediate);
      expect(turns).toBeGreaterThan(1_000);
    });
  });

  it('is this database’s, whatever the environment says of another', async () => {
    for (const [name, value] of Object.entries({
      PGSSLMODE: 'require',
      PGOPTIONS: '-c nonsense=1',
      PGDATABASE: 'x',
    }))
      vi.stubEnv(name, value);
    const dataDir = newFolder();
    await keep(dataDir, 'Ada');
    expect(await kept(dataDir)).toEqual(['Ada']);
    vi.unstubAllEnvs();
  });

  it('gives up a statement that takes too long and serves the next', async () => {
    const dataDir = newFolder();
    await keep(dataDir, 'Ada');
    await within({ dataDir }, async ({ pool }) => {
      await expect(pool.query(impatient)).rejects.toThrow('Query read timeout');
      expect((await pool.query('SELECT name FROM person')).rows).toEqual([{ name: 'Ada' }]);
    });
  });

  it('closes while a statement runs, and loses nothing that was confirmed', async () => {
    const dataDir = newFolder();
    await keep(dataDir, 'Ada');
    const database = await openEmbedded({ dataDir });
    const statement = database.pool.query(endless).catch((error: Error) => error);
    await Promise.all([database.close(), database.close()]);
    expect(await statement).toBeInstanceOf(Error);
    expect(await kept(dataDir)).toEqual(['Ada']);
  });
});

describe('an engine that cannot write', () => {
  it('says so at once, says so while it cannot start, and goes on when it can', async () => {
    const dataDir = newFolder();
    await keep(dataDir, 'Ada');
    const log = join(dataDir, 'database', 'pg_wal');
    await within({ dataDir }, async ({ pool }) => {
      renameSync(log, `${log}.away`);
      // A new piece of the log begins a new file.
      await expect(pool.query('SELECT pg_switch_wal(); INSERT INTO person VALUES (1)')).rejects.toMatchObject(
        {
          code: 'unavailable',
          message: expect.stringContaining('stopped (could not'),
        },
      );
      await expect(pool.query('SELECT 1')).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('could not be opened'),
      });
      renameSync(`${log}.away`, log);
      expect((await pool.query('SELECT name FROM person')).rows).toEqual([{ name: 'Ada' }]);
    });
  });
});
