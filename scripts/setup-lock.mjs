import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal, say } from './root.mjs';

const POLL_MS = 100;
/** A holder touches its lock all the time: one left alone this long names a process id that was used again. */
const ABANDONED_MS = 15_000;
/** So often within that time. */
const TOUCHES = 10;

/** Runs `work` while no other process holds the lock; waits for a living holder, takes over from a dead one. */
export async function withLock(path, work, abandonedMs = ABANDONED_MS) {
  await taken(path, abandonedMs);
  const touching = setInterval(() => touch(path), abandonedMs / TOUCHES);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if (holderOf(path) === process.pid) rmSync(path, { force: true });
  }
}

async function taken(path, abandonedMs) {
  let told = false;
  let seen = { at: 0, since: 0 };
  while (!take(path)) {
    const holder = holderOf(path);
    if (holder === null) continue;
    const at = touchedAt(path);
    // By this process's own watch: clocks are set, and machines sleep.
    if (at !== seen.at) seen = { at, since: performance.now() };
    if (!isAlive(holder) || performance.now() - seen.since > abandonedMs) {
      discard(path, holder);
      continue;
    }
    if (!told) say(`Another set-up (process ${holder}) is at work here; waiting for it.`);
    told = true;
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
}

/** Linking a finished file is atomic, so a lock is never seen without its holder's process id. */
function take(path) {
  const mine = `${path}.${process.pid}`;
  try {
    writeFileSync(mine, String(process.pid));
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (!READ_ONLY.has(error.code)) throw error;
    throw new Refusal(
      `Set-up has something to do, and may not write in ${dirname(path)}. Run node scripts/setup.mjs as whoever owns that folder, then start again.`,
    );
  } finally {
    rmSync(mine, { force: true });
  }
}

const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);

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

function touchedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody took it over: then it is theirs.
  }
}
