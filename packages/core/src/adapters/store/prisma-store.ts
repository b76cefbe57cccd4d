import type { Database } from '../database.ts';
import type { Store } from '../../store.ts';
import { createAsk } from './ask.ts';
import { createContacts } from './contacts.ts';
import { createCounts } from './counts.ts';
import { createDeliveries } from './deliveries.ts';
import { createFiles } from './files.ts';
import { createKeys } from './keys.ts';
import { createKnowledge } from './knowledge.ts';
import { createLogs } from './logs.ts';
import { createNotices } from './notices.ts';
import { createPing } from './ping.ts';
import { lazyPrisma } from './prisma.ts';
import { createReplies } from './replies.ts';
import { createRetention } from './retention.ts';
import { createSchedules } from './schedules.ts';
import { createSendings } from './sendings.ts';
import { createSpending } from './spending.ts';
import { createSessions } from './sessions.ts';
import { createThreads } from './threads.ts';
import { createUsers } from './users.ts';
import { createVersions } from './versions.ts';
import { createWorkflows } from './workflows.ts';

/** A store on a database; the pool stays its caller's, to be closed after the store. */
export interface PrismaStore extends Store {
  users: Store['users'] & {
    /** Makes sure that the person in front of this computer, who never logs in, can own workflows. */
    ensureLocal(id: string): Promise<void>;
  };
}

/**
 * The store on PostgreSQL and on the embedded database. What a conversation needs are prepared statements on the pool,
 * written and read for all sessions that wait at the moment; the rest is Prisma's, loaded when first asked.
 */
export function createPrismaStore({ pool, kind }: Pick<Database, 'pool' | 'kind'>): PrismaStore {
  const ask = createAsk(pool);
  const prisma = lazyPrisma(pool);
  const made = createSessions({ ask, prisma, pool, kind });
  const { settled, forget, messages, lastMessages, events, ...sessions } = made;
  return {
    users: createUsers(ask, prisma),
    keys: createKeys(ask, prisma),
    knowledge: createKnowledge(ask, prisma),
    files: createFiles(prisma),
    replies: createReplies(ask),
    workflows: createWorkflows(ask, prisma),
    schedules: createSchedules(ask),
    spending: createSpending(ask),
    sendings: createSendings(ask),
    contacts: createContacts({ ask, prisma, database: { pool, kind }, forget }),
    threads: createThreads(ask),
    deliveries: createDeliveries(ask),
    notices: createNotices(ask),
    versions: createVersions(ask),
    sessions,
    messages,
    lastMessages,
    events,
    retention: createRetention({ ask, database: { pool, kind }, forget }),
    logs: createLogs(prisma),
    counts: createCounts(ask),
    ping: createPing(ask),
    async close() {
      await settled();
      await prisma.close();
    },
  };
}
