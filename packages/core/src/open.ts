import { setTimeout as sleep } from 'node:timers/promises';
import type { Gone, KeepDays } from './services/retention.ts';
import type { Actor } from './contract/operation.ts';
import type { App } from './app.ts';
import type { AiOptions } from './adapters/ai/installed.ts';
import { packedCopy } from './open/backups.ts';
import { LOCAL_USER, openDatabase } from './open/database.ts';
import { CrmflowError } from './errors.ts';
import type { Store } from './store.ts';
import type { ExpectedConversation } from './workflow/conversation.ts';
import type { FileContent } from './workflow/file.ts';

export { BACKUP, backUp, moveTo, readBackup, restore, type Placed, type Restored } from './open/backups.ts';
export { archivedSession } from './open/archived.ts';
export type { DatabaseOptions } from './open/database.ts';

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
  /** Signs login tokens; made once and kept for the embedded database, unless in production. */
  jwtSecret?: string | undefined;
  /** Seals stored keys; made likewise. */
  encryptionKey?: string | undefined;
  /** The one before, while stored keys are sealed anew. */
  encryptionKeyPrevious?: string | undefined;
  /** Refuses weak secrets. */
  isProduction?: boolean | undefined;
  /** Whether strangers may register: yes unless told otherwise. */
  isRegistrationOpen?: boolean | undefined;
  /** Whether others than the local owner come in, by a server: then secrets that are not made must be given. */
  isServed?: boolean | undefined;
  /** The installation's own models, and what may be spent on any. */
  ai?: AiOptions | undefined;
  /** Where people and other systems reach this installation; `http://localhost:3001` when absent. */
  publicUrl?: string | undefined;
  /** How many days old rows are kept, by kind; for ever when absent. */
  keepDays?: KeepDays | undefined;
  /** Hears how many rows have gone by their age. */
  tellGone?: ((gone: Gone) => void) | undefined;
  /** The folder that ended sessions are written to before they go. */
  archiveDir?: string | undefined;
  /** Brings the database up to date: yes unless told otherwise. Else one that is not is refused, and left as it is. */
  mayMigrate?: boolean | undefined;
  /** Hears by name which migrations were applied, if any were. */
  tellMigrated?: ((names: readonly string[]) => void) | undefined;
  /** Of this release, as health tells it. */
  version?: string | undefined;
  /** Hears of what is fine for trying things out and not in production. */
  warn?: ((sentence: string) => void) | undefined;
  /** Hears of what failed in the background: a session that could not be moved on, a listener; standard error when absent. */
  report?: ((cause: unknown, sessionId: string) => void) | undefined;
}
export interface Opened {
  app: App;
  /** The local owner: what a command in this process acts as. */
  owner: Actor;
  /** Where things are kept, in words. */
  where: string;
  /** A backup as it stands at this moment, while everything goes on. @throws CrmflowError `conflict` for what is in memory alone */
  backUp(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Whoever is written to by telephone is so by then, or Twilio does not answer. */
const SENDING_MS = 15_000;

/** Opens CRMFlow in this process: the only place where the real adapters meet. */
export async function openApp(options: OpenOptions): Promise<Opened> {
  // The database engine starts in its worker while the rest is read here.
  const opening = openStore(options);
  try {
    const [{ store, where, isOurs, backUp }, { createApp, http, shared, ...ports }] = await Promise.all([
      opening,
      readParts(options),
    ]);
    const { version = '0', isRegistrationOpen = true, report = complain, publicUrl = HERE } = options;
    const { keepDays, tellGone } = options;
    const app = createApp({
      store,
      http,
      shared: shared.providers,
      ...ports,
      version,
      publicUrl,
      isRegistrationOpen,
      report,
      keepDays,
      tellGone,
    });
    if (isOurs) await app.recover();
    return {
      app,
      owner: { role: 'user', userId: LOCAL_USER, isOperator: true },
      where,
      backUp: () => backUp(version),
      async close() {
        // A server has waited by now; a command that has said something lets it get there.
        if (!options.isServed) await Promise.race([app.sent(), sleep(SENDING_MS, undefined, { ref: false })]);
        await Promise.all([http.close(), shared.close()]);
        await store.close();
      },
    };
  } catch (cause) {
    // A data folder stays ours as long as its store is open.
    await opening.then(
      ({ store }) => store.close(),
      () => {},
    );
    throw cause;
  }
}

async function readParts({ allowedPrivateHosts = [], ai = {}, ...options }: OpenOptions) {
  const [
    { createApp },
    { secretsFrom },
    { createSealer, opening },
    { createTokens },
    { passwords },
    { createReaders },
    { createProviders },
    { installedProviders },
    { clock, ticks },
    { ids },
    { lazyHttp },
    { lazyMail },
    { shippedTemplates },
  ] = await Promise.all([
    import('./app.ts'),
    import('./adapters/secrets.ts'),
    import('./adapters/sealer.ts'),
    import('./adapters/tokens.ts'),
    import('./adapters/passwords.ts'),
    import('./adapters/parsing/readers.ts'),
    import('./adapters/ai/providers.ts'),
    import('./adapters/ai/installed.ts'),
    import('./adapters/clock.ts'),
    import('./adapters/ids.ts'),
    import('./adapters/lazy-http.ts'),
    import('./adapters/lazy-mail.ts'),
    import('./adapters/shipped-templates.ts'),
  ]);
  const templates = await shippedTemplates();
  const http = lazyHttp({ allowedPrivateHosts });
  const { jwtSecret, encryptionKey, warnings, isKeyKept } = secretsFrom({
    ...options,
    mayMake: options.databaseUrl === undefined || !options.isServed,
  });
  for (const warning of options.isServed ? warnings : []) options.warn?.(warning);
  const sealer = createSealer(encryptionKey, options.encryptionKeyPrevious);
  return {
    createApp,
    passwords,
    readers: createReaders(),
    tokens: createTokens(jwtSecret, clock),
    // What is kept in memory alone is gone with the key.
    sealer: options.databaseUrl === undefined || isKeyKept ? sealer : opening(sealer),
    providers: createProviders({ http, clock }),
    shared: installedProviders(ai),
    isShared: (userId: string) => ai.servesEveryone === true || userId === LOCAL_USER,
    tokensPerDay: ai.tokensPerDay,
    prices: ai.prices ?? {},
    http,
    mail: lazyMail({ allowedPrivateHosts }),
    clock,
    ids,
    ticks,
    templates,
    replay,
    archive: await archiveIn(options.archiveDir),
  };
}

/** Only who keeps an archive needs what writes it. */
async function archiveIn(folder: string | undefined) {
  if (folder === undefined) return undefined;
  const { openArchive } = await import('./adapters/archive.ts');
  return openArchive(folder);
}

/** Only who has drafted a workflow needs what tests are made of. */
async function replay(workflow: FileContent, conversation: ExpectedConversation): Promise<string[]> {
  const testing = await import('./testing/replay.ts');
  return testing.differences(conversation, await testing.replay(workflow, conversation));
}

const complain = (cause: unknown, id: string) =>
  void process.stderr.write(`In the background, at ${id}: ${String(cause)}\n`);

/** Where `serve` listens unless told otherwise. */
const HERE = 'http://localhost:3001';

async function openStore({ ephemeral, databaseUrl, dataDir, syncs, warn, ...options }: OpenOptions): Promise<{
  store: Store;
  where: string;
  /** Nobody else runs sessions on this database. */
  isOurs: boolean;
  backUp(version: string): AsyncIterable<Uint8Array>;
}> {
  if (ephemeral) {
    const { createMemoryStore } = await import('./adapters/memory/memory-store.ts');
    return { store: createMemoryStore(), where: 'memory', isOurs: true, backUp: inMemory };
  }
  const database = await openDatabase({ databaseUrl, dataDir, syncs, warn });
  try {
    const [{ migrate, mustBeMigrated }, { migrations }, { createPrismaStore }] = await Promise.all([
      import('./adapters/migrate.ts'),
      import('./generated/migrations.ts'),
      import('./adapters/store/prisma-store.ts'),
    ]);
    const { mayMigrate = true, tellMigrated } = options;
    const store = createPrismaStore(database);
    if (mayMigrate) {
      const names = await migrate(database.pool, migrations);
      if (names.length > 0) tellMigrated?.(names);
      await store.users.ensureLocal(LOCAL_USER);
    } else await mustBeMigrated(database.pool, migrations);
    const close = async () => {
      await store.close();
      await database.close();
    };
    const { where, kind } = database;
    const backUp = (version: string) => packedCopy(database, version);
    return { store: { ...store, close }, where, isOurs: kind === 'embedded', backUp };
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

function inMemory(): never {
  throw new CrmflowError('conflict', 'What is kept in memory alone cannot be backed up.');
}
