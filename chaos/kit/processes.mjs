import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What must be gone when the harness ends, however it ends: processes with the signal that ends them, and folders. */
const alive = new Map();
const folders = new Set();
let isOver = false;

/**
 * Starts a process that does not outlive this one.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, end?: NodeJS.Signals }} options `end` is how it is told to go
 */
export function start(command, args, { end = 'SIGKILL', ...options } = {}) {
  if (isOver) throw new Error('The run is over: nothing is started any more.');
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  alive.set(child, end);
  /** The last of what it said, for whoever must find out why it ended. */
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-20_000)));
  const ended = once(child, 'exit').then(([code, signal]) => {
    alive.delete(child);
    return { code, signal };
  });
  return Object.assign(child, { ended, said: () => said });
}

/** A folder that is gone with the harness. Others may look into it: the database runs as somebody else. */
export function folder(name) {
  const path = mkdtempSync(join(tmpdir(), `crmflow-chaos-${name}-`));
  folders.add(path);
  return path;
}

/** Below those that Linux gives out by itself (from 32,768): a server that is down for a while finds its port free again. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;
let nextPort = process.pid % PORTS;

/** A port that nobody listens at, and that nobody else in this run is given. */
export async function freePort() {
  for (let tries = 0; tries < PORTS; tries++) {
    const port = FIRST_PORT + (nextPort++ % PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free.');
}
async function isFree(port) {
  const server = createServer();
  const found = new Promise((resolve) => {
    server.once('listening', () => resolve(true));
    server.once('error', () => resolve(false));
  });
  server.listen(port, '127.0.0.1');
  if (!(await found)) return false;
  server.close();
  await once(server, 'close');
  return true;
}

/** Ends whatever is left, and waits for it. */
export async function endAll() {
  isOver = true;
  const left = [...alive];
  for (const [child, signal] of left) child.kill(signal);
  await Promise.all(left.map(([child]) => child.ended));
  removeFolders();
}
function removeFolders() {
  for (const path of folders) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  folders.clear();
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => void endAll().finally(() => process.exit(code)));
process.on('exit', () => {
  for (const [child, signal] of alive) child.kill(signal);
  removeFolders();
});
