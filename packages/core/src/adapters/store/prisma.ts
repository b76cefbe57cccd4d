import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Database } from '../database.ts';
import { untilDone } from './database-error.ts';

/** Does one thing with Prisma; errors are in our words, `taken` says that a key is taken. */
export interface Prisma {
  <T>(work: (client: PrismaClient) => Promise<T>, taken?: string): Promise<T>;
  close(): Promise<void>;
}

/** Prisma on a pool, loaded at its first use: that takes longer than a short conversation. */
export function lazyPrisma(pool: Database['pool']): Prisma {
  let loading: Promise<PrismaClient> | null = null;
  const loaded = () =>
    (loading ??= load(pool).catch((cause: unknown) => {
      loading = null;
      throw cause;
    }));
  return Object.assign(
    <T>(work: (client: PrismaClient) => Promise<T>, taken?: string) =>
      untilDone(async () => work(await loaded()), taken),
    {
      async close() {
        const client = await loading?.catch(() => null);
        await client?.$disconnect();
      },
    },
  );
}

async function load(pool: Database['pool']): Promise<PrismaClient> {
  const [{ PrismaClient }, { PrismaPg }, schema] = await Promise.all([
    import('../../generated/prisma/client.ts'),
    import('@prisma/adapter-pg'),
    schemaOf(pool),
  ]);
  return new PrismaClient({ adapter: new PrismaPg(pool, { schema }) });
}

/** Prisma writes the schema before each table; the pool may have been opened on another than `public`. */
async function schemaOf(pool: Database['pool']): Promise<string> {
  const { rows } = await pool.query<{ schema: string }>('SELECT current_schema() AS schema');
  return rows[0]!.schema;
}
