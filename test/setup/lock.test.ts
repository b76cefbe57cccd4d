import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

interface SetupLock {
  withLock<T>(path: string, work: () => Promise<T>, abandonedMs?: number): Promise<T>;
}
const { withLock } = (await import(
  new URL('../../scripts/setup-lock.mjs', import.meta.url).href
)) as SetupLock;

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crmflow-lock-'));
  lock = join(folder, '.setup-lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const holder = async () => readFileSync(lock, 'utf8');

it('takes over at once from a set-up that was killed', async () => {
  writeFileSync(lock, String(spawnSync(process.execPath, ['-e', '']).pid));
  expect(await withLock(lock, holder)).toBe(String(process.pid));
  expect(existsSync(lock)).toBe(false);
});

it('takes over from a set-up whose process id is used again, since nobody touches its lock', async () => {
  writeFileSync(lock, String(process.ppid));
  expect(await withLock(lock, holder, 300)).toBe(String(process.pid));
});

it('waits for a living one however long it takes', async () => {
  const order: string[] = [];
  let finish = () => {};
  const first = withLock(
    lock,
    async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('first');
    },
    400,
  );
  const second = withLock(lock, async () => order.push('second'), 400);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(order).toEqual([]);
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});
