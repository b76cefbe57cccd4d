import { constants } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { CrmflowError } from '../../errors.ts';
import type { Database } from '../database.ts';
import { openEmbedded } from './embedded.ts';
import { copyIn, databaseIn, makeFolder } from './folder.ts';

const copying = new Set<string>();

/**
 * Opens a copy of an embedded database that is at work, which waits only for as long as its files are copied: the engine has
 * one connection, and whoever reads all of it there holds everybody up. The copy is gone when it is closed.
 * @throws CrmflowError `conflict` while another copy is there
 */
export async function openCopy({ pool, where }: Database): Promise<Database> {
  if (copying.has(where))
    throw new CrmflowError('conflict', `A backup of ${where} is being taken already. Wait for it.`);
  copying.add(where);
  const folder = copyIn(where);
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    copying.delete(where);
  };
  try {
    makeFolder(folder);
    const client = await pool.connect();
    try {
      await client.query('CHECKPOINT');
      // A file system that can shares the blocks until one of the two changes.
      await cp(databaseIn(where), databaseIn(folder), { recursive: true, mode: constants.COPYFILE_FICLONE });
    } finally {
      client.release();
    }
    const copy = await openEmbedded({ dataDir: folder, syncs: false });
    return { ...copy, close: () => copy.close().finally(remove) };
  } catch (cause) {
    await remove();
    throw cause;
  }
}
