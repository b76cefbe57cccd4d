import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { backUp, moveTo, openApp, readBackup, restore } from '@crmflow/core/open';
import { packed, unpacked } from '../../packages/core/src/adapters/backup/file.ts';
import type { Entry } from '../../packages/core/src/adapters/backup/entries.ts';
import { TABLES } from '../../packages/core/src/adapters/backup/tables.ts';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import { crmflow } from '../cli/kit.ts';
import { startServe } from '../cli/served.ts';
import { program } from '../cli/pty.ts';
import { fillEveryTable, rowsOf } from './backup-spec.ts';
import { newFolder, within } from './kit.ts';

/** Several databases are opened in most of these. */
vi.setConfig({ testTimeout: 90_000 });

const COUNT = 2 * TABLES.length;
const place = mkdtempSync(join(tmpdir(), 'crmflow-backup-'));
const file = join(place, 'all.backup');
const dataDir = newFolder();
let rows: string[];
const rowsIn = (folder: string) => within({ dataDir: folder }, ({ pool }) => rowsOf(pool));

beforeAll(async () => {
  await within({ dataDir }, async ({ pool }) => {
    await migrate(pool, migrations);
    await fillEveryTable(pool, TABLES);
    rows = await rowsOf(pool);
  });
  expect(rows).toHaveLength(1 + COUNT);
  expect(await crmflow(`backup ${file} --data-dir ${dataDir}`)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(`^Backed up ${COUNT} rows to .*all\\.backup, \\d+ bytes\\.\n$`),
  });
});
afterAll(() => rmSync(place, { recursive: true }));

describe('the tables of a backup', () => {
  it('are all that the schema has', () => {
    const schema = readFileSync('prisma/schema.prisma', 'utf8');
    const models = [...schema.matchAll(/^model (\w+)/gm)].map(([, name]) => name);
    expect([...TABLES].sort()).toEqual(models.sort());
  });

  it('come after those they refer to, and none counts by itself', async () => {
    await within({ dataDir }, async ({ pool }) => {
      const { rows: references } = await pool.query<{ from: string; to: string }>(
        `SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to FROM pg_constraint WHERE contype = 'f'`,
      );
      const at = (name: string) => (TABLES as readonly string[]).indexOf(name.replaceAll('"', ''));
      expect(references.length).toBeGreaterThan(20);
      for (const { from, to } of references) expect([from, to, at(to) < at(from)]).toEqual([from, to, true]);
      expect((await pool.query(`SELECT relname FROM pg_class WHERE relkind = 'S'`)).rows).toEqual([]);
    });
  });
});

describe('a backup', () => {
  it('is its owner’s alone, and leaves nothing beside it', () => {
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect(readdirSync(place)).toEqual(['all.backup']);
  });

  it('gives back every row as it was, into a new folder', async () => {
    const folder = newFolder();
    expect(await crmflow(`restore ${file} --data-dir ${folder}`)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        `Restored ${COUNT} rows into ${folder}, as CRMFlow 0.1.0 wrote them at 20`,
      ),
    });
    expect(await rowsIn(folder)).toEqual(rows);
  });

  it('is put in the place of other data only with --force, which is told what would be lost', async () => {
    const folder = newFolder();
    const at = `--data-dir ${folder}`;
    await crmflow(`workflows create --from feedback ${at}`);
    expect(await crmflow(`restore ${file} ${at}`)).toMatchObject({
      code: 1,
      stderr: `error: The database at ${folder} holds data already, by rows: Workflow 1, Node 15, Edge 16. Name an empty one, or say --force: all of that is lost then.\n`,
    });
    expect((await crmflow(`workflows list ${at}`)).stdout).toContain('Feedback');
    expect(await crmflow(`restore ${file} --force ${at}`)).toMatchObject({ code: 0 });
    expect(await rowsIn(folder)).toEqual(rows);
  });

  it('is refused with any byte changed, and cut off anywhere, before anything is touched', async () => {
    const whole = readFileSync(file);
    const hurt = join(place, 'hurt.backup');
    const folder = newFolder();
    const refusal = async (bytes: Buffer) => {
      writeFileSync(hurt, bytes);
      return restore(hurt, { dataDir: folder }, { force: true }).then(
        () => 'restored',
        ({ code }: { code: string }) => code,
      );
    };
    const isEdge = (at: number) => at < 20 || at > whole.length - 70;
    for (let at = 0; at < whole.length; at += isEdge(at) ? 1 : 11) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      expect([at, await refusal(changed)]).toEqual([at, 'unprocessable']);
      expect([at, await refusal(whole.subarray(0, at))]).toEqual([at, 'unprocessable']);
    }
    expect(await refusal(Buffer.concat([whole, Buffer.from('\n')]))).toBe('unprocessable');
    expect(() => statSync(folder)).toThrow('ENOENT');
    rmSync(hurt);
  });

  it('of a newer version is refused by name', async () => {
    const newer = join(place, 'newer.backup');
    const entries = async function* (): AsyncGenerator<Entry> {
      for await (const entry of unpacked(file))
        yield entry.kind === 'head'
          ? { ...entry, crmflow: '9.0.0', migrations: [...entry.migrations, '29990101000000_wings'] }
          : entry;
    };
    writeFileSync(newer, await collected(packed(entries())));
    await expect(readBackup(newer)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/written by CRMFlow 9\.0\.0 with the migration 29990101000000_wings/),
    });
    const later = readFileSync(file).toString('latin1').replace('backup 1\n', 'backup 2\n');
    writeFileSync(newer, later, 'latin1');
    await expect(readBackup(newer)).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringMatching(/is a backup of format 2, and this version of CRMFlow reads 1/),
    });
    rmSync(newer);
  });

  it('is taken of nothing but data: a slip in the name makes no folder', async () => {
    const folder = newFolder();
    const { code, stderr } = await crmflow(`backup ${file} --data-dir ${folder}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no data of CRMFlow in ${folder}.`)]);
    expect(() => statSync(folder)).toThrow('ENOENT');
    expect(await crmflow(`restore ${place} --data-dir ${folder}`)).toMatchObject({ code: 2 });
    expect(await crmflow(`backup /dev/full --data-dir ${dataDir}`)).toMatchObject({
      code: 2,
      stderr:
        'error: /dev/full is something else, and stays as it is. Name another file, or delete it first.\n',
    });
  });

  it('replaces a backup and an empty file, and nothing else; a link is followed', async () => {
    const [mine, link, empty] = ['mine.yaml', 'latest.backup', 'empty.backup'].map((name) =>
      join(place, name),
    );
    writeFileSync(mine!, 'nodes: []');
    writeFileSync(empty!, '');
    symlinkSync(empty!, link!);
    const to = (path: string) => crmflow(`backup ${path} --data-dir ${dataDir}`);
    expect(await to(mine!)).toMatchObject({ code: 2, stderr: expect.stringContaining('stays as it is') });
    expect(readFileSync(mine!, 'utf8')).toBe('nodes: []');
    expect(await to(link!)).toMatchObject({ code: 0 });
    expect(await to(empty!)).toMatchObject({ code: 0 });
    expect(lstatSync(link!).isSymbolicLink()).toBe(true);
    expect(readFileSync(empty!).subarray(0, 14).toString()).toBe('CRMFlow backup');
    expect(await to(join(place, 'nowhere', 'x.backup'))).toMatchObject({
      code: 2,
      stderr: `error: ${join(place, 'nowhere')} is not there. Check the path.\n`,
    });
    for (const path of [mine!, link!, empty!]) rmSync(path);
  });

  const mounts = ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=4k none "$0" && "$@"'];
  it.runIf(spawnSync('unshare', [...mounts, place, 'true']).status === 0)(
    'says that the disk is full, and leaves no half of a file',
    () => {
      const path = join(place, 'full.backup');
      const command = [program, 'backup', path, '--data-dir', dataDir];
      const seen = spawnSync('unshare', [
        ...mounts,
        place,
        'sh',
        '-c',
        '"$0" "$@"; echo "code $?"; ls -A ' + place,
        process.execPath,
        ...command,
      ]);
      expect([String(seen.stdout), String(seen.stderr)]).toEqual([
        'code 1\n',
        `error: ${path} cannot be written: the disk is full. Make room, and try again.\n`,
      ]);
    },
  );
});

describe('an older data folder', () => {
  it('is backed up as it stands, and what is restored is up to date and goes on', async () => {
    const folder = newFolder();
    const old = mkdtempSync(join(tmpdir(), 'crmflow-old-'));
    const tar = brotliDecompressSync(readFileSync('test/fixtures/data-0.1.0.tar.br'));
    execFileSync('tar', ['-C', old, '-xf', '-'], { input: tar });
    const kept = join(place, 'old.backup');
    writeFileSync(kept, await collected(backUp({ dataDir: old }, '0.1.0')));
    rmSync(old, { recursive: true });
    const { rows } = await restore(kept, { dataDir: folder }, { force: false });
    expect(rows).toMatchObject({ Session: 3, Message: 11, ExecutionLog: 26 });
    expect(Object.keys(rows)).not.toContain('Contact');
    const { app, owner, close } = await openApp({ dataDir: folder });
    const { sessions } = app.as(owner);
    const id = '313944ad7a4735dd77d9f8f7213139f3';
    for (const message of ['6500', 'later']) await sessions.send({ id, message });
    expect(await sessions.get({ id })).toMatchObject({ status: 'finished', outcome: 'nurture' });
    await close();
  });
});

describe('a folder that a server holds', () => {
  it('is backed up by its server, which goes on, and restored into only once it is stopped', async () => {
    const folder = newFolder();
    const serve = await startServe(`--data-dir ${folder}`);
    try {
      const path = join(place, 'served.backup');
      await crmflow(`workflows create --from feedback --data-dir ${folder}`);
      const taken = await crmflow(`backup ${path} --data-dir ${folder}`);
      expect([taken.code, taken.stderr]).toEqual([0, expect.stringMatching(/^Backed up 34 rows/)]);
      expect(readdirSync(folder)).not.toContain('backup');
      const stranger = await fetch(`${serve.url}/api/backup`);
      expect(stranger.status).toBe(403);
      expect(await crmflow(`restore ${path} --force --data-dir ${folder}`)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`The data folder ${folder} is in use by process ${process.pid}`),
      });
      expect((await crmflow(`workflows list --data-dir ${folder}`)).stdout).toContain('Feedback');
    } finally {
      await serve.stop();
    }
  });
});

describe('a restore that is cut off', () => {
  it('leaves what was there before, and can be done again', async () => {
    const folder = newFolder();
    await crmflow(`workflows create --from feedback --data-dir ${folder}`);
    const before = await rowsIn(folder);
    const script = new URL('./restorer.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', script, file, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await rowsIn(folder)).toEqual(before);
    expect(await crmflow(`restore ${file} --force --data-dir ${folder}`)).toMatchObject({ code: 0 });
    expect(await rowsIn(folder)).toEqual(rows);
  });
});

describe('a copy into another database', () => {
  it('has every row, and leaves what was copied as it was', async () => {
    const folder = newFolder();
    const line = `migrate --to ${folder} --data-dir ${dataDir}`;
    expect(await crmflow(line)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        `^Copied ${COUNT} rows into .*, and compared them\\. What was copied is as before\\.\n`,
      ),
    });
    expect(await rowsIn(folder)).toEqual(rows);
    expect(await rowsIn(dataDir)).toEqual(rows);
    expect(await crmflow(line)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/holds data already, by rows: .*\. Name an empty one\.\n$/),
    });
    for (const to of ['mysql://db.example.com/crmflow', file, dataDir])
      expect(await crmflow(`migrate --to ${to} --data-dir ${dataDir}`)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--to '),
      });
    await expect(moveTo({ dataDir: newFolder() }, { dataDir: newFolder() }, '0')).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
