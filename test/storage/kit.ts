import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { openEmbedded, type EmbeddedOptions } from '../../packages/core/src/adapters/embedded/embedded.ts';

/** The path of a data folder that is not there yet. */
export function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'crmflow-storage-')), 'data');
}

/** Opens a data folder for as long as `use` takes. */
export async function within<T>(
  options: EmbeddedOptions,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openEmbedded(options);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));

/** Another process that opens the folder and writes rows into it. */
export function startWriter(dataDir: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    child.emit('said');
  });
  const exited = once(child, 'exit');
  // The last line may be cut off.
  const lines = () => said.split('\n').slice(0, -1);
  return {
    pid: child.pid!,
    /** Waits until it has printed so many lines. */
    async said(count: number) {
      while (lines().length < count) await once(child, 'said');
    },
    /** Ends it as a power switch would; gives the rows it had reported as committed. */
    async kill(): Promise<number[]> {
      child.kill('SIGKILL');
      await exited;
      return lines().slice(1).map(Number);
    },
  };
}
