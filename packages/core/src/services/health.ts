import type { Services } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import type { Store } from '../store.ts';

/** Whoever asks for health asks again soon, and takes silence for death. */
const ANSWER_MS = 2_000;

export function createHealth({ store, version }: { store: Store; version: string }): Services['health'] {
  async function ping(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      const away = new CrmflowError('unavailable', 'The database does not answer.');
      timer = setTimeout(() => reject(away), ANSWER_MS);
    });
    try {
      await Promise.race([store.ping(), silence]);
    } finally {
      clearTimeout(timer);
    }
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
