import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { documentOperations } from '../../scripts/document-operations.mjs';
import config from '../../tsup.config.ts';

export const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Packed {
  /** A folder where somebody has installed the SDK. */
  app: string;
  /** As `npm pack` made it. */
  tarball: string;
  /** The installed SDK. */
  installed: string;
  remove(): Promise<void>;
}

/** Builds the SDK as a release would, packs it, and installs it into a folder of its own; without a network. */
export async function packSdk(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'crmflow-sdk-'));
  const [package_, app] = [join(folder, 'package'), join(folder, 'app')];
  const [installed, dist] = [join(app, 'node_modules/@crmflow/sdk'), join(package_, 'dist')];
  await mkdir(dist, { recursive: true });
  for (const name of ['package.json', 'README.md'])
    await cp(join(root, 'packages/sdk', name), join(package_, name));
  await buildSdk(dist);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: package_ });
  const tarball = join(folder, 'crmflow-sdk-0.1.0.tgz');

  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const library of ['socket.io-client', 'zod'])
    await symlink(join(root, 'node_modules', library), join(app, 'node_modules', library));
  return { app, tarball, installed, remove: () => rm(folder, { recursive: true }) };
}

async function buildSdk(outDir: string): Promise<void> {
  const all = Array.isArray(config) ? config : [];
  const sdk = all.find(({ name }) => name === 'sdk');
  await build({ ...sdk, outDir, config: false });
  await documentOperations(outDir);
}
