import type { File } from '../../generated/prisma/client.ts';
import type { Store, StoredFile } from '../../store.ts';
import type { Prisma } from './prisma.ts';

export const createFiles = (prisma: Prisma): Store['files'] => ({
  async put({ bytes, ...file }) {
    await prisma((client) => client.file.create({ data: { ...file, bytes, size: bytes.length } }));
  },
  get: (sessionId, id) =>
    prisma(async ({ file }) => {
      const row = await file.findFirst({ where: { id, sessionId } });
      return row && fileOf(row);
    }),
  findByHash: (hash, sessionId) =>
    prisma(async ({ file }) => {
      const row =
        (await file.findFirst({ where: { hash, sessionId } })) ?? (await file.findFirst({ where: { hash } }));
      return row && fileOf(row);
    }),
});

const fileOf = ({ id, sessionId, name, mimeType, bytes, hash, createdAt }: File): StoredFile => ({
  id,
  sessionId,
  name,
  mimeType,
  bytes: new Uint8Array(bytes),
  hash,
  createdAt: createdAt.toISOString(),
});
