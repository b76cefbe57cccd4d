import type { Clock } from '../ports.ts';
import type { Store } from '../store.ts';

const LEASE_MS = 30_000;

/**
 * A session at work is this process's until its lease ends. The lease is renewed for as long as the process lives: when
 * it dies, whoever looks for due sessions takes over.
 */
export function createLeases({ store, clock }: { store: Store; clock: Clock }) {
  const held = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const end = () => new Date(clock.now().getTime() + LEASE_MS).toISOString();
  // One that fails is made good by the next: a lease outlasts two.
  const renew = () => void store.sessions.hold([...held], end()).catch(() => undefined);

  return {
    /** When a lease taken now ends, ISO 8601. */
    end,
    /** Renews the lease of a session while something is done for it. */
    async during<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
      held.add(sessionId);
      timer ??= setInterval(renew, LEASE_MS / 3).unref();
      try {
        return await work();
      } finally {
        held.delete(sessionId);
        if (!held.size) {
          clearInterval(timer);
          timer = undefined;
        }
      }
    },
  };
}
