import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from '../../packages/core/src/adapters/embedded/lock.ts';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { newFolder, startWriter, within } from './kit.ts';

const refusalOf = (open: () => unknown): CrmflowError => {
  try {
    open();
  } catch (error) {
    if (error instanceof CrmflowError) return error;
    throw error;
  }
  throw new Error('The folder was given.');
};

function emptyFolder() {
  const dir = newFolder();
  mkdirSync(dir);
  return dir;
}

const holderIn = (dir: string) => JSON.parse(readFileSync(join(dir, 'lock'), 'utf8')) as { since: string };

it('says who has a folder, since when, and what to do', () => {
  const dir = emptyFolder();
  const lock = lockFolder(dir);
  const { since } = holderIn(dir);
  expect(refusalOf(() => lockFolder(dir)).toJSON()).toEqual({
    code: 'conflict',
    message: `The data folder ${dir} is in use by process ${process.pid} (since ${since}). Stop it, or choose another folder with --data-dir. To work on one folder with several commands at once, start crmflow serve: the others go through it.`,
    details: { pid: process.pid, since },
  });
  lock.release();
});

it('gives a folder again once it is released', () => {
  const dir = emptyFolder();
  lockFolder(dir).release();
  lockFolder(dir).release();
});

it('gives a folder whose last holder did not say goodbye, also when its process id is used again', () => {
  const dir = emptyFolder();
  writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: process.ppid, since: '2026-01-01T00:00:00.000Z' }));
  lockFolder(dir).release();
});

it('refuses a folder that another process has, and gives it when that one is killed', async () => {
  const dir = newFolder();
  const writer = startWriter(dir);
  await writer.said(1);
  expect(refusalOf(() => lockFolder(dir)).details).toEqual({ pid: writer.pid, since: holderIn(dir).since });
  await writer.kill();
  lockFolder(dir).release();
});

it('refuses a folder that is open in this process', async () => {
  const dataDir = newFolder();
  await within({ dataDir }, async () => {
    await expect(within({ dataDir }, async () => {})).rejects.toMatchObject({
      code: 'conflict',
      details: { pid: process.pid },
    });
  });
});
