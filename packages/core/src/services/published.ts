import type { Upload } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Addresses } from './addresses.ts';

/** Files that anybody may read who has their address. It is gone with its session. */
export const createPublished =
  ({ store, read }: { store: Store; read: Addresses['read'] }) =>
  async (token: string): Promise<Upload> => {
    const found = read('file', token);
    const file = found && (await store.files.get(...found));
    if (!file) throw new CrmflowError('not_found', 'There is no file at this address, or no longer.');
    const { name, mimeType, bytes } = file;
    return { name, mimeType, bytes };
  };
