import type { Services } from '../contract/index.ts';
import { CrmflowError } from '../errors.ts';
import type { Clock, Ids, Sealer, Secret } from '../ports.ts';
import type { SealedKey, Store } from '../store.ts';
import { mustBeUsable } from './key-parts.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  sealer: Sealer;
}

/** The secret of a user for a service; null when none is stored. */
export type SecretOf = (userId: string, service: string) => Promise<Secret | null>;

const BATCH = 100;

export function createKeys({
  store,
  ids,
  clock,
  sealer,
}: Needs): Omit<Services['keys'], 'test'> & { secretOf: SecretOf } {
  return {
    async set(actor, { service, key, host = null }) {
      const userId = ownerOf(actor);
      const at = clock.now().toISOString();
      const parts: Secret['parts'] = typeof key === 'string' ? { key } : key;
      mustBeUsable(service, parts);
      const stored = await store.keys.put({
        id: ids.row(),
        userId,
        service,
        encryptedKey: sealer.seal(JSON.stringify(parts), contextOf({ userId, service })),
        lastFour: lastFour(parts.key ?? Object.values(parts).at(-1)!),
        host,
        createdAt: at,
        updatedAt: at,
      });
      return viewOf(stored);
    },
    async list(actor, page) {
      const { items, nextCursor } = await store.keys.list(ownerOf(actor), page);
      return { items: items.map(viewOf), nextCursor };
    },
    async remove(actor, { service }) {
      if (await store.keys.remove(ownerOf(actor), service)) return {};
      throw new CrmflowError('not_found', `There is no stored key for ${service}.`);
    },
    async rotate() {
      const counted = { rotated: 0, current: 0 };
      for (let after: string | null = null; ;) {
        const rows: SealedKey[] = await store.keys.after(after, BATCH);
        for (const row of rows) counted[await reseal(row)] += 1;
        const last = rows.at(-1);
        if (!last) return counted;
        after = last.id;
      }
    },
    async secretOf(userId, service) {
      const row = await store.keys.get(userId, service);
      if (!row) return null;
      // `set` has written it.
      const parts = JSON.parse(sealer.open(row.encryptedKey, contextOf(row))) as Secret['parts'];
      return { parts, host: row.host };
    },
  };

  /** One row at a time, each whole: a rotation that was cut short is finished by the next. */
  async function reseal(row: SealedKey): Promise<'rotated' | 'current'> {
    const { id, encryptedKey } = row;
    if (sealer.isCurrent(encryptedKey)) return 'current';
    const context = contextOf(row);
    const isDone = await store.keys.reseal(
      id,
      encryptedKey,
      sealer.seal(sealer.open(encryptedKey, context), context),
    );
    // Whoever was faster has sealed it with the present key.
    return isDone ? 'rotated' : 'current';
  }
}

const contextOf = ({ userId, service }: { userId: string; service: string }) => `key:${userId}:${service}`;

/** Never more than a third of a key. */
const lastFour = (key: string) => {
  const shown = Math.min(4, Math.floor(key.length / 3));
  return shown > 0 ? key.slice(-shown) : '';
};

const viewOf = ({ service, lastFour, host, createdAt, updatedAt }: SealedKey) => ({
  service,
  lastFour,
  host,
  createdAt,
  updatedAt,
});
