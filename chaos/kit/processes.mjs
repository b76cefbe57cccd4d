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

/** A port that nobody listens at. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
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
