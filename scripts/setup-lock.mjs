import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { say } from './root.mjs';

const POLL_MS = 100;
/** No set-up takes this long: an older lock belongs to a process id that was used again. */
const OLDEST_MS = 20 * 60_000;

/** Runs `work` while no other process holds the lock; waits for a living holder, takes over from a dead one. */
export async function withLock(path, work) {
  let told = false;
  while (!take(path)) {
    const holder = holderOf(path);
    if (holder === null) continue;
    if (!isAlive(holder) || isTooOld(path)) {
      discard(path, holder);
      continue;
    }
    if (!told) say(`Another set-up (process ${holder}) is at work here; waiting for it.`);
    told = true;
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Linking a finished file is atomic, so a lock is never seen without its holder's process id. */
function take(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves the dead holder's lock aside first: of two that found it, one moves it and the other finds it gone. */
function discard(path, holder) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (Number(readFileSync(aside, 'utf8')) !== holder) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isTooOld(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > OLDEST_MS;
  } catch {
    return false;
  }
}
