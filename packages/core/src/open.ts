import type { Actor } from './contract/operation.ts';
import type { App } from './app.ts';
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
  // The database engine starts in its worker while the rest is read here.
  const opening = openStore(options);
  const parts = readParts(options);
  const [{ store, where, isOurs }, { createApp, http, ...ports }] = await Promise.all([opening, parts]);
  const app = createApp({ store, http, ...ports, report: options.report ?? complain });
  if (isOurs) await app.recover();
  return {
    app,
    owner: { role: 'user', userId: LOCAL_USER },
    where,
    async close() {
      await http.close();
      await store.close();
    },
  };
}

async function readParts({ allowedPrivateHosts = [] }: OpenOptions) {
  const [{ createApp }, { extractive }, { clock, ticks }, { ids }, { lazyHttp }, { shippedTemplates }] =
    await Promise.all([
      import('./app.ts'),
      import('./adapters/extractive.ts'),
      import('./adapters/clock.ts'),
      import('./adapters/ids.ts'),
      import('./adapters/lazy-http.ts'),
      import('./adapters/shipped-templates.ts'),
    ]);
  const templates = await shippedTemplates();
  return { createApp, ai: extractive, http: lazyHttp({ allowedPrivateHosts }), clock, ids, ticks, templates };
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
