import type { Database } from '../adapters/database.ts';

/** Which database. */
export interface DatabaseOptions {
  /** The folder of the embedded database. */
  dataDir?: string | undefined;
  /** PostgreSQL; absent, the embedded database. */
  databaseUrl?: string | undefined;
  /** Whether the embedded database waits for the disk at each commit: yes unless told otherwise. */
  syncs?: boolean | undefined;
  /** Hears of what is not as it should be and does no harm yet. */
  warn?: ((sentence: string) => void) | undefined;
}

/** Who owns what is made on this machine. */
export const LOCAL_USER = 'local';

/** Opens the one database or the other. */
export async function openDatabase({
  databaseUrl,
  dataDir,
  syncs,
  warn,
}: DatabaseOptions): Promise<Database> {
  if (databaseUrl) {
    const { openPostgres } = await import('../adapters/postgres.ts');
    return openPostgres({ url: databaseUrl, warn });
  }
  if (!dataDir) throw new Error('openApp needs a dataDir, a databaseUrl or ephemeral.');
  const { openEmbedded } = await import('../adapters/embedded/embedded.ts');
  return openEmbedded({ dataDir, ...(syncs !== undefined && { syncs }) });
}
