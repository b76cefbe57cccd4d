import type { Clock } from '../ports.ts';
import type { KnowledgeItem, KnowledgeJob, Progress, Store } from '../store.ts';
import type { KnowledgeProgress } from './news.ts';
import { BEGUN } from './sources.ts';

const LEASE_MS = 30_000;
/** What was cut off so often may be what ends its process. */
export const MOST_ATTEMPTS = 4;
/** How often it is looked whether there is anything to tell. */
const LOOK_MS = 500;

interface Needs {
  store: Store;
  clock: Clock;
  tell(userId: string, progress: KnowledgeProgress): void;
}
/** What is at work for an item. */
interface AtWork {
  item: Pick<KnowledgeItem, 'id' | 'userId' | 'state'>;
  /** How often it was begun. */
  attempts: number;
}
export interface Watched {
  progress(progress: Progress): void;
  /** Aborted when the job is no longer this process's: its item is gone, or another process has begun it again. */
  signal: AbortSignal;
}

/**
 * Jobs outlive their process: each is this process's until its lease ends, and the lease is renewed for as long as the
 * process lives. Whoever looks for due jobs then begins it again.
 */
export function createJobs({ store: { knowledge }, clock, tell }: Needs) {
  const now = () => clock.now().toISOString();
  const lease = () => new Date(clock.now().getTime() + LEASE_MS).toISOString();

  return {
    /** When the lease of a job that is begun now ends, ISO 8601. */
    lease,
    /** Takes jobs that are due, or the one of an item if it is. */
    claim: (limit: number, itemId?: string): Promise<KnowledgeJob[]> =>
      knowledge.claim(now(), limit, lease(), itemId),
    release: () => knowledge.release(now()),
    /** Renews the lease while the work is done, and writes down and tells how far it is. */
    async during<T>({ item, attempts }: AtWork, work: (watched: Watched) => Promise<T>): Promise<T> {
      const over = new AbortController();
      let latest = BEGUN;
      let told = BEGUN;
      let silentMs = 0;
      let isOver = false;
      async function look() {
        silentMs += LOOK_MS;
        if (latest === told && silentMs < LEASE_MS / 3) return;
        silentMs = 0;
        told = latest;
        const isHeld = await knowledge.hold(item.id, attempts, lease(), told);
        // How it ended has been told by then.
        if (isOver) return;
        if (!isHeld) return over.abort();
        tell(item.userId, { itemId: item.id, state: item.state, ...told });
      }
      // One that fails is made good by the next: a lease outlasts two.
      const lookSafely = () => void look().catch(() => undefined);
      const timer = setInterval(lookSafely, LOOK_MS).unref();
      const progress = (far: Progress) => {
        const isFirst = latest === BEGUN;
        latest = far;
        if (isFirst) lookSafely();
      };
      try {
        return await work({ progress, signal: over.signal });
      } finally {
        isOver = true;
        clearInterval(timer);
      }
    },
  };
}
export type Jobs = ReturnType<typeof createJobs>;
