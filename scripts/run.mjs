import { spawn } from 'node:child_process';
import { root, Refusal, say } from './root.mjs';

/** Runs node with these arguments at the root of the repository; what it says is shown only when it fails. */
export async function runQuietly(args, { env = {}, failure, command = process.execPath, shell = false }) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const outcome = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  if (outcome === 0) return;
  say(Buffer.concat(said).toString().trimEnd());
  throw new Refusal(`${failure} (${args.join(' ')}: ${outcome})`);
}
