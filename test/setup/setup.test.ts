import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { finished, makeClone, type Clone, type Finished } from './clone.ts';

const NOTHING = { code: 0, stdout: '', stderr: '' };
let ready: Clone;
let first: Finished;
let clone: Clone;

beforeAll(async () => {
  ready = makeClone();
  first = await ready.run('setup.mjs');
});
afterAll(() => ready.remove());
beforeEach(() => {
  clone = makeClone(ready.folder);
});
afterEach(() => clone.remove());

const read = (file: string) => readFileSync(join(clone.folder, file), 'utf8');
const files = (folder: string) => readdirSync(join(clone.folder, folder)).sort();

it('makes a fresh clone ready, telling what it does on stderr alone', () => {
  expect(first).toEqual({
    code: 0,
    stdout: '',
    stderr: [
      'Set-up: generating the database client',
      'Set-up: inlining the migrations',
      'Set-up: inlining the templates',
      'Set-up: assembling the products of vectors',
      'Set-up: building',
      '',
    ].join('\n'),
  });
});

it('does nothing when nothing changed, nor when files were only touched', async () => {
  utimesSync(join(clone.folder, 'packages/core/src/index.ts'), new Date(), new Date());
  expect(await clone.run('setup.mjs')).toEqual(NOTHING);
});

it('builds a package that carries its migrations and templates', async () => {
  const built = (await import(
    pathToFileURL(join(clone.folder, 'packages/core/dist/index.js')).href
  )) as unknown;
  const names = readdirSync(join(clone.folder, 'prisma/migrations')).filter((name) => /^\d/.test(name));
  expect(built).toMatchObject({
    migrations: [
      ...names.sort().map((name) => ({
        name,
        sql: readFileSync(join(clone.folder, `prisma/migrations/${name}/migration.sql`), 'utf8'),
      })),
    ],
    templates: { greeting: { name: 'Greeting', nodes: [] } },
  });
});

it('puts the files of a package side by side, so that any chunk finds the worker of the embedded database', () => {
  const built = files('packages/core/dist').filter((name) => !name.endsWith('.map'));
  expect(built.filter((name) => !/^(?:chunk|embedded)-/.test(name))).toEqual([
    'index.js',
    'open.js',
    'pglite-worker.js',
  ]);
  expect(
    readdirSync(join(clone.folder, 'packages/core/dist'), { withFileTypes: true }).every((file) =>
      file.isFile(),
    ),
  ).toBe(true);
});

it('builds a command that the shell can run', () => {
  const main = join(clone.folder, 'packages/cli/dist/main.js');
  expect(readFileSync(main, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  accessSync(main, constants.X_OK);
});

it('does again only what a change made stale', async () => {
  clone.write('packages/core/templates/farewell.workflow.yaml', 'name: Farewell\n');
  expect(await clone.run('setup.mjs')).toEqual({
    ...NOTHING,
    stderr: 'Set-up: inlining the templates\nSet-up: building\n',
  });
  expect(readFileSync(join(clone.folder, 'packages/core/dist/index.js'), 'utf8')).toContain('Farewell');
});

it('names the template that is not YAML and stops', async () => {
  clone.write('packages/core/templates/broken.workflow.yaml', 'name: "open\n');
  const { code, stdout, stderr } = await clone.run('setup.mjs');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('packages/core/templates/broken.workflow.yaml is not YAML');
});

it('leaves the last good build in place when a source is broken, and says where', async () => {
  const before = files('packages/core/dist');
  clone.write('packages/core/src/open.ts', 'export const = 1;\n');
  const { code, stdout, stderr } = await clone.run('setup.mjs');
  expect({ code, stdout, files: files('packages/core/dist') }).toEqual({
    code: 1,
    stdout: '',
    files: before,
  });
  expect(stderr).toContain('packages/core/src/open.ts:1:13');
});

it('removes the chunks of an older build', async () => {
  clone.write('packages/core/src/open.ts', 'export const later = 1;\n');
  const old = files('packages/core/dist').filter((name) => name.startsWith('embedded-'));
  await clone.run('setup.mjs');
  expect(old.length).toBeGreaterThan(0);
  expect(old.filter((name) => existsSync(join(clone.folder, 'packages/core/dist', name)))).toEqual([]);
});

it('lets one of two work when both start at once, and both end well', async () => {
  clone.write('packages/core/templates/farewell.workflow.yaml', 'name: Farewell\n');
  const both = await Promise.all([clone.run('setup.mjs'), clone.run('setup.mjs')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.filter(({ stderr }) => stderr.includes('Set-up: building'))).toHaveLength(1);
  expect(existsSync(join(clone.folder, '.setup-lock'))).toBe(false);
});

it('prepares the embedded database after the build, once, where there is a script for it', async () => {
  const { dependencies } = JSON.parse(read('packages/core/package.json')) as {
    dependencies: Record<string, string>;
  };
  const image = `packages/core/dist/database-${dependencies['@electric-sql/pglite']}.image`;
  clone.write(
    'scripts/build-image.mjs',
    `import { writeFileSync } from 'node:fs';\nwriteFileSync('${image}', 'made');\n`,
  );
  expect(await clone.run('setup.mjs')).toEqual({
    ...NOTHING,
    stderr: 'Set-up: preparing the embedded database\n',
  });
  expect(read(image)).toBe('made');
  expect(await clone.run('setup.mjs')).toEqual(NOTHING);
  unlinkSync(join(clone.folder, image));
  expect(await clone.run('setup.mjs')).toMatchObject({ stderr: 'Set-up: preparing the embedded database\n' });
});

it('starts the command with its arguments, its own stdout and its exit code', async () => {
  expect(await clone.run('start.mjs', ['3', '--json'])).toEqual({
    code: 3,
    stdout: '3,--json\n',
    stderr: '',
  });
});

it('serves when no command is named', async () => {
  expect(await clone.run('start.mjs')).toMatchObject({ stdout: 'serve\n' });
});

it('hands Ctrl-C to the command', async () => {
  const child = clone.start('start.mjs', 'wait');
  child.stdout.once('data', () => child.kill('SIGINT'));
  expect(await finished(child)).toMatchObject({ code: 130, stdout: 'wait\n' });
});

it('starts the command again when a source changes while it is developed', async () => {
  const child = clone.start('dev.mjs', 'wait');
  child.stdout.once('data', () => {
    const main = join(clone.folder, 'packages/cli/src/main.ts');
    writeFileSync(
      main,
      readFileSync(main, 'utf8').replace('argv.slice(2).join()', "argv.slice(2).join() + ' anew'"),
    );
    child.stdout.once('data', () => child.kill('SIGINT'));
  });
  expect(await finished(child)).toEqual({
    code: 130,
    stdout: 'wait\nwait anew\n',
    stderr: 'Set-up: building\n',
  });
});
