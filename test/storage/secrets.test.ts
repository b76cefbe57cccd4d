import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from '../../packages/core/src/adapters/embedded/lock.ts';
import { secretsFrom } from '../../packages/core/src/adapters/secrets.ts';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { openApp } from '../../packages/core/src/open.ts';
import { newFolder } from './kit.ts';

const refusalOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof CrmflowError)) throw cause;
    return [cause.code, cause.message];
  }
};
const secretsIn = (dataDir: string) => secretsFrom({ dataDir, mayMake: true });

it('makes secrets once and keeps them for their owner alone', () => {
  const dataDir = newFolder();
  const made = secretsIn(dataDir);
  expect(made.jwtSecret).not.toBe(made.encryptionKey);
  expect(secretsIn(dataDir)).toEqual(made);
  expect(readdirSync(dataDir)).toEqual(['secrets.json']);
  const modes = [dataDir, join(dataDir, 'secrets.json')].map((path) => statSync(path).mode & 0o777);
  if (process.platform !== 'win32') expect(modes).toEqual([0o700, 0o600]);
});

it('gives two processes that begin at once the same secrets', async () => {
  const dir = dirname(newFolder());
  const script = `
    const { secretsFrom } = await import('${new URL('../../packages/core/src/adapters/secrets.ts', import.meta.url).href}');
    process.stdin.once('data', (at) => {
      while (Date.now() < Number(at));
      for (let k = 0; k < 300; k++)
        console.log(secretsFrom({ dataDir: '${dir}/' + k, mayMake: true }).encryptionKey);
      process.exit();
    });
    process.stderr.write('ready');`;
  const processes = [1, 2].map(() =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]),
  );
  const said = processes.map(({ stdout }) => text(stdout));
  for (const { stderr } of processes) await new Promise((resolve) => stderr.once('data', resolve));
  const at = Date.now() + 50;
  for (const { stdin } of processes) stdin.write(String(at));
  const [one, other] = await Promise.all(said);
  expect(one!.split('\n')).toHaveLength(301);
  expect(one).toBe(other);
});

it.each([
  '',
  '{"jwtSecret":"0123',
  '{}',
  'null',
  `{"jwtSecret":"${'j'.repeat(40)}","encryptionKey":"short"}`,
])('says that what it kept is damaged, and leaves it as it is: %s', (content) => {
  const dataDir = newFolder();
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir);
  writeFileSync(file, content);
  expect(refusalOf(() => secretsIn(dataDir))).toEqual([
    'unavailable',
    `${file} is damaged: the two secrets that CRMFlow keeps there are not in it. Put back a copy of it. Without one, remove it: new secrets are made, everybody has to log in again, and stored API keys have to be given again.`,
  ]);
  expect(readFileSync(file, 'utf8')).toBe(content);
});

it.skipIf(process.platform === 'win32')(
  'says whose a folder is that it may not write in, and what now',
  () => {
    const dataDir = newFolder();
    mkdirSync(dataDir, { mode: 0o500 });
    const isRoot = process.getuid!() === 0;
    chmodSync(dirname(dataDir), 0o755);
    if (isRoot) process.seteuid!(65_534);
    try {
      const why = isRoot
        ? 'it belongs to user 0, and this process runs as user 65534'
        : 'its permissions, or those of a file in it, forbid it';
      const refusal = [
        'unavailable',
        `The data folder ${dataDir} cannot be used: ${why}. Start as its owner, make it yours, or choose another with --data-dir.`,
      ];
      expect(refusalOf(() => lockFolder(dataDir))).toEqual(refusal);
      expect(refusalOf(() => secretsIn(dataDir))).toEqual(refusal);
    } finally {
      if (isRoot) process.seteuid!(0);
    }
  },
);

it('gives a folder free again when it is not opened for want of good secrets', async () => {
  const dataDir = newFolder();
  await expect(openApp({ dataDir, isProduction: true })).rejects.toMatchObject({ code: 'invalid_input' });
  lockFolder(dataDir).release();
});
