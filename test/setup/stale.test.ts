import { chmodSync, existsSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeClone, type Clone } from './clone.ts';

interface Installed {
  packages: Record<string, { dev?: boolean; optional?: boolean; link?: boolean; version?: string }>;
}
interface Packages {
  areInstalled(which?: { dev?: boolean }): boolean;
}
const NOTHING = { code: 0, stdout: '', stderr: '' };
const BUILDS = { code: 0, stdout: '', stderr: 'Set-up: building\n' };
const TEXT = 'packages/core/src/open.ts';
let ready: Clone;
let clone: Clone;

beforeAll(async () => {
  ready = makeClone();
  await ready.run('setup.mjs');
});
afterAll(() => ready.remove());
beforeEach(() => {
  clone = makeClone(ready.folder);
});
afterEach(() => clone.remove());

const read = (file: string) => readFileSync(join(clone.folder, file), 'utf8');
const isBuiltFrom = (text: string) => read('packages/core/dist/open.js').includes(text);

it('builds again when an older tree comes back, also after a build with type declarations', async () => {
  const before = read(TEXT);
  clone.write(TEXT, 'export const newer: number = 1;\n');
  expect(await clone.run('setup.mjs', ['--types'])).toMatchObject({ code: 0 });
  expect(isBuiltFrom('newer')).toBe(true);
  expect(await clone.run('setup.mjs')).toEqual(NOTHING);
  expect(existsSync(join(clone.folder, 'packages/core/dist/open.d.ts'))).toBe(true);
  clone.write(TEXT, before);
  expect(await clone.run('setup.mjs')).toEqual(BUILDS);
  expect(isBuiltFrom('newer')).toBe(false);
}, 60_000);

it('builds again when what broke a build is taken back, since that build may have left a half', async () => {
  const before = read('packages/cli/src/main.ts');
  clone.write('packages/cli/src/main.ts', 'export const = 1;\n');
  expect(await clone.run('setup.mjs')).toMatchObject({ code: 1 });
  clone.write('packages/cli/src/main.ts', before);
  expect(await clone.run('setup.mjs')).toEqual(BUILDS);
});

/** Replaces the installed packages by their list, since nothing of them is needed to start. */
function installOnly(isThere: (entry: Installed['packages'][string], path: string) => boolean) {
  const { packages } = JSON.parse(read('node_modules/.package-lock.json')) as Installed;
  if (existsSync(join(clone.folder, 'node_modules/vitest'))) unlinkSync(join(clone.folder, 'node_modules'));
  const there = Object.entries(packages).filter(([path, entry]) => isThere(entry, path));
  clone.write('node_modules/.package-lock.json', JSON.stringify({ packages: Object.fromEntries(there) }));
}

it('installs nothing where all is there but what other platforms need, and notices what is missing', async () => {
  const { areInstalled } = (await import(
    pathToFileURL(join(clone.folder, 'scripts/packages.mjs')).href
  )) as Packages;
  expect(areInstalled()).toBe(true);
  installOnly(({ optional }) => !optional);
  expect(areInstalled()).toBe(true);
  installOnly(({ dev }) => !dev);
  expect([areInstalled(), areInstalled({ dev: false })]).toEqual([false, true]);
  installOnly((_, path) => path !== 'node_modules/@crmflow/sdk');
  expect(areInstalled({ dev: false })).toBe(false);
});

it('starts what is built where nobody may write and what builds it is gone; says what now when it is stale', async () => {
  installOnly(({ dev }) => !dev);
  const folders = readdirSync(clone.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const folder of [clone.folder, ...folders]) chmodSync(folder, 0o555);
  const other = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  expect(await clone.run('start.mjs', ['0'], { ...other, env: { NODE_ENV: 'production' } })).toEqual({
    ...NOTHING,
    stdout: '0\n',
  });
  chmodSync(join(clone.folder, 'packages/core/src'), 0o755);
  clone.write(TEXT, 'export const newer = 1;\n');
  const { code, stderr } = await clone.run('start.mjs', ['0'], other);
  expect([code, stderr]).toEqual([
    1,
    `Set-up has something to do, and may not write in ${clone.folder}. Run node scripts/setup.mjs as whoever owns that folder, then start again.\n`,
  ]);
  for (const folder of [clone.folder, ...folders]) chmodSync(folder, 0o755);
});
