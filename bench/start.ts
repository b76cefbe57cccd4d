import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { median } from './measure.ts';

const home = mkdtempSync(join(tmpdir(), 'crmflow-start-'));
const [warm, plain] = [join(home, 'warm'), join(home, 'plain')];
mkdirSync(plain);
const main = 'packages/cli/dist/main.js';
const openPrisma = 'node_modules/.cache/crmflow/open-prisma.mjs';
await build({
  entryPoints: ['bench/open-prisma.ts'],
  outfile: openPrisma,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
});

/** Milliseconds until a process has said its first line, or has ended without one. */
function firstLine(args: readonly string[]): Promise<number> {
  const from = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let first: number | undefined;
  child.stdout.once('data', () => (first = performance.now() - from));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(first ?? performance.now() - from));
  });
}

const talk = [main, 'run', 'lead-qualification', '--answers', '/dev/null'];
const contenders = {
  'node -e 0': ['-e', '0'],
  'crmflow --version': [main, '--version'],
  'run --ephemeral, first line': [...talk, '--ephemeral'],
  'Prisma on PGlite, first answer': [openPrisma, plain],
  'run on a warm folder, first line': [...talk, '--data-dir', warm],
};
const times = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
for (let round = -1; round < 9; round++)
  for (const [name, args] of Object.entries(contenders)) {
    const ms = await firstLine(args);
    // The first round makes the folders.
    if (round >= 0) times.get(name)!.push(ms);
  }
rmSync(home, { recursive: true, force: true });

const at = (name: keyof typeof contenders) => median(times.get(name)!);
const row = (name: keyof typeof contenders, base: keyof typeof contenders) =>
  console.log(
    `  ${name.padEnd(34)} ${at(name).toFixed(0).padStart(6)} ms   ${(at(name) / at(base)).toFixed(2)} × ${base}`,
  );
console.log('\nStart-up, median of 9');
row('node -e 0', 'node -e 0');
row('crmflow --version', 'node -e 0');
row('run --ephemeral, first line', 'node -e 0');
row('Prisma on PGlite, first answer', 'node -e 0');
row('run on a warm folder, first line', 'Prisma on PGlite, first answer');
