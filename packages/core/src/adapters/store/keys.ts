import type { SealedKey, Store } from '../../store.ts';
import { CrmflowError } from '../../errors.ts';
import type { Ask } from './ask.ts';
import type { Prisma } from './prisma.ts';

type Row = Omit<SealedKey, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };

export const createKeys = (ask: Ask, prisma: Prisma): Store['keys'] => ({
  // Asked in the middle of conversations.
  async get(userId, service) {
    const [row] = await ask<Row>(GET, [userId, service]);
    return row ? keyFrom(row) : null;
  },
  async list(userId, { limit, cursor }) {
    const after = cursor === undefined ? '' : serviceIn(cursor);
    const rows = await prisma(({ apiKey }) =>
      apiKey.findMany({
        where: { userId, service: { gt: after } },
        orderBy: { service: 'asc' },
        take: limit + 1,
      }),
    );
    const items = rows.slice(0, limit).map(keyFrom);
    const nextCursor = rows.length > limit ? cursorOf(items.at(-1)!.service) : null;
    return { items, nextCursor };
  },
  async put(key) {
    const { userId, service, encryptedKey, lastFour, host, updatedAt } = key;
    const update = { encryptedKey, lastFour, host, updatedAt };
    const where = { userId_service: { userId, service } };
    return keyFrom(await prisma(({ apiKey }) => apiKey.upsert({ where, create: key, update })));
  },
  async remove(userId, service) {
    const { count } = await prisma(({ apiKey }) => apiKey.deleteMany({ where: { userId, service } }));
    return count > 0;
  },
  async after(id, limit) {
    const where = id === null ? {} : { id: { gt: id } };
    const rows = await prisma(({ apiKey }) =>
      apiKey.findMany({ where, orderBy: { id: 'asc' }, take: limit }),
    );
    return rows.map(keyFrom);
  },
  async reseal(id, from, to) {
    const where = { id, encryptedKey: from };
    const { count } = await prisma(({ apiKey }) => apiKey.updateMany({ where, data: { encryptedKey: to } }));
    return count > 0;
  },
});

const GET = {
  name: 'key',
  text: `SELECT id, "userId", service, "encryptedKey", "lastFour", host, "createdAt", "updatedAt"
FROM "ApiKey" WHERE "userId" = $1 AND service = $2`,
};

const keyFrom = (row: Row): SealedKey => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

const cursorOf = (service: string) => Buffer.from(service).toString('base64url');
function serviceIn(cursor: string): string {
  const service = Buffer.from(cursor, 'base64url').toString();
  if (/^[a-z0-9:_-]+$/.test(service)) return service;
  throw new CrmflowError('invalid_input', 'cursor: it is not one that a list has given.');
}
