import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = [
  'scripts',
  'prisma',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsup.config.ts',
  'prisma.config.ts',
  'packages/core/src/knowledge/products.wat',
];
const PACKAGES = ['core', 'server', 'sdk', 'cli'].map((name) => `packages/${name}/package.json`);

/** The database image is made by the product itself, which these few lines are not. */
const isCopied = (path: string) => !path.endsWith('build-image.mjs');

/** A workspace with the repository's own set-up and a few lines of source, so that it builds in a second. */
const SOURCES = {
  'packages/core/templates/greeting.workflow.yaml': 'name: Greeting\nnodes: []\n',
  'packages/core/src/index.ts':
    "export { migrations } from './generated/migrations.ts';\nexport { templates } from './generated/templates.ts';\n",
  'packages/core/src/open.ts': "export const later = () => import('./adapters/embedded/embedded.ts');\n",
  'packages/core/src/adapters/embedded/embedded.ts':
    "export const worker = () => new URL('./pglite-worker.js', import.meta.url);\n",
  'packages/core/src/adapters/embedded/pglite-worker.js': "console.log('worker');\n",
  'packages/cli/src/main.ts': [
    '#!/usr/bin/env node',
    'const [code] = process.argv.slice(2);',
    "process.on('SIGINT', () => process.exit(130));",
    'console.log(process.argv.slice(2).join());',
    "if (code === 'wait') setInterval(() => {}, 1000);",
    'else process.exitCode = Number(code);',
  ].join('\n'),
};

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder to set up in, beside the installed packages of this repository. */
export function makeClone(from?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'crmflow-clone-'));
  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  if (from) {
    cpSync(from, folder, { recursive: true, verbatimSymlinks: true });
  } else {
    for (const name of [...COPIED, ...PACKAGES])
      cpSync(join(repository, name), join(folder, name), { recursive: true, filter: isCopied });
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    for (const [file, content] of Object.entries(SOURCES)) write(file, content);
  }
  return {
    folder,
    write,
    start: (script: string, ...args: string[]) =>
      spawn(process.execPath, [join(folder, 'scripts', script), ...args], { cwd: folder, stdio: 'pipe' }),
    run: (script: string, args: string[] = [], options: SpawnOptions = {}) =>
      finished(
        spawn(process.execPath, [join(folder, 'scripts', script), ...args], { cwd: folder, ...options }),
      ),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
export type Clone = ReturnType<typeof makeClone>;

/** All a program said, and how it ended. */
export async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}
