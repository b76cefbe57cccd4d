import type { Services } from '../contract/index.ts';
import type { Store } from '../store.ts';

export const createHealth = ({ store, version }: { store: Store; version: string }): Services['health'] => ({
  async get() {
    const database = await store.ping().then(
      () => 'ok' as const,
      () => 'down' as const,
    );
    return { status: 'ok', version, database };
  },
  async ready() {
    await store.ping();
    return { status: 'ready' };
  },
});
