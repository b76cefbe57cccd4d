import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';

/** Whether every package of the lock file is there in its version, but for what other platforms need. */
export function areInstalled({ dev = true } = {}) {
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(readPackages('package-lock.json') ?? {})
    .filter(([path, wanted]) => path.includes('node_modules/') && !isOptional(wanted))
    .filter(([, wanted]) => dev || !wanted.dev)
    .every(([path, { version }]) => installed?.[path] && installed[path].version === version);
}

const isOptional = ({ optional, devOptional, peer }) => Boolean(optional || devOptional || peer);

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Installs exactly what the lock file names, running no package's own scripts; development tools too, always. */
export async function installPackages() {
  const flags = [
    '--ignore-scripts',
    '--include=dev',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    '--no-progress',
  ];
  await runQuietly([...npm.args, 'ci', ...flags], {
    ...npm,
    failure: 'The packages could not be installed. Check the network or your npm registry, then start again.',
  });
}

/** The npm that started us, else the one in the path. */
const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
  ? { command: process.execPath, args: [process.env.npm_execpath] }
  : { command: 'npm', args: [], shell: process.platform === 'win32' };
