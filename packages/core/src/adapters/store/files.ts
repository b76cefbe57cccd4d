import type { Store } from '../../store.ts';
import type { Prisma } from './prisma.ts';

export const createFiles = (prisma: Prisma): Store['files'] => ({
  async put({ bytes, ...file }) {
    await prisma((client) => client.file.create({ data: { ...file, bytes, size: bytes.length } }));
  },
  get: (sessionId, id) =>
    prisma(async ({ file }) => {
      const row = await file.findFirst({ where: { id, sessionId } });
      if (!row) return null;
      const { name, mimeType, bytes, createdAt } = row;
      return {
        id,
        sessionId,
        name,
        mimeType,
        bytes: new Uint8Array(bytes),
        createdAt: createdAt.toISOString(),
      };
    }),
});
