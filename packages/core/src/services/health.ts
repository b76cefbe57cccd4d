import type { Services } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import type { Store } from '../store.ts';
import { within } from './within.ts';

/** Whoever asks for health asks again soon, and takes silence for death. */
export const ANSWER_MS = 2_000;

export function createHealth({ store, version }: { store: Store; version: string }): Services['health'] {
  async function ping(): Promise<void> {
    const isThere = await within(
      ANSWER_MS,
      store.ping().then(() => true),
    );
    if (!isThere) throw new CrmflowError('unavailable', 'The database does not answer.');
  }

  return {
    async get() {
      const database = await ping().then(
        () => 'ok' as const,
        () => 'down' as const,
      );
      return { status: 'ok', version, database };
    },
    async ready() {
      await ping();
      return { status: 'ready' };
    },
  };
}
