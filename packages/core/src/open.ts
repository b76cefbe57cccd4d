import type { Actor } from './contract/operation.ts';
import { createApp, type App } from './app.ts';
import { clock, ticks } from './adapters/clock.ts';
import { extractive } from './adapters/extractive.ts';
import { lazyHttp } from './adapters/lazy-http.ts';
import { ids } from './adapters/ids.ts';
import { shippedTemplates } from './adapters/shipped-templates.ts';
import type { Database } from './adapters/database.ts';
import type { Store } from './store.ts';

export interface OpenOptions {
  /** The folder of the embedded database. */
  dataDir?: string | undefined;
  /** PostgreSQL; absent, the embedded database. */
  databaseUrl?: string | undefined;
  /** Keeps everything in memory, for as long as the process lives. */
  ephemeral?: boolean | undefined;
  /** Whether the embedded database waits for the disk at each commit: yes unless told otherwise. */
  syncs?: boolean | undefined;
  /** Hosts inside a private network that workflows may call: `crm.lan`, `10.0.0.5:8080`. */
  allowedPrivateHosts?: readonly string[] | undefined;
  /** Hears of a session that could not be moved on in the background; standard error when absent. */
  report?: ((cause: unknown, sessionId: string) => void) | undefined;
}
export interface Opened {
  app: App;
  /** The local owner: what a command in this process acts as. */
  owner: Actor;
  /** Where things are kept, in words. */
  where: string;
  close(): Promise<void>;
}

/** Opens CRMFlow in this process: the only place where the real adapters meet. */
export async function openApp(options: OpenOptions): Promise<Opened> {
  const { store, where, isOurs } = await openStore(options);
  const http = lazyHttp({ allowedPrivateHosts: options.allowedPrivateHosts ?? [] });
  const templates = await shippedTemplates();
  const { report = complain } = options;
  const app = createApp({ store, ai: extractive, http, clock, ids, ticks, templates, report });
  const owner: Actor = { role: 'user', userId: LOCAL_USER };
  if (isOurs) await app.recover();
  return {
    app,
    owner,
    where,
    async close() {
      await http.close();
      await store.close();
    },
  };
}

const complain = (cause: unknown, sessionId: string) =>
  void process.stderr.write(`The session ${sessionId} could not go on: ${String(cause)}\n`);

const LOCAL_USER = 'local';

async function openStore({ ephemeral, databaseUrl, dataDir, syncs }: OpenOptions): Promise<{
  store: Store;
  where: string;
  /** Nobody else runs sessions on this database. */
  isOurs: boolean;
}> {
  if (ephemeral) {
    const { createMemoryStore } = await import('./adapters/memory-store.ts');
    return { store: createMemoryStore(), where: 'memory', isOurs: true };
  }
  const database = await openDatabase({ databaseUrl, dataDir, syncs });
  try {
    const [{ migrate }, { migrations }, { createPrismaStore }] = await Promise.all([
      import('./adapters/migrate.ts'),
      import('./generated/migrations.ts'),
      import('./adapters/store/prisma-store.ts'),
    ]);
    await migrate(database.pool, migrations);
    const store = createPrismaStore(database);
    await store.users.ensureLocal(LOCAL_USER);
    const close = async () => {
      await store.close();
      await database.close();
    };
    return { store: { ...store, close }, where: database.where, isOurs: database.kind === 'embedded' };
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

async function openDatabase({ databaseUrl, dataDir, syncs }: OpenOptions): Promise<Database> {
  if (databaseUrl) {
    const { openPostgres } = await import('./adapters/postgres.ts');
    return openPostgres({ url: databaseUrl });
  }
  if (!dataDir) throw new Error('openApp needs a dataDir, a databaseUrl or ephemeral.');
  const { openEmbedded } = await import('./adapters/embedded/embedded.ts');
  return openEmbedded({ dataDir, ...(syncs !== undefined && { syncs }) });
}
