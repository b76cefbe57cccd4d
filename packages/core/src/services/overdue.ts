import { CrmflowError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store.ts';
import { ANSWER_MS } from './health.ts';
import { within } from './within.ts';

/** For how many milliseconds the session has been due that has been due longest; 0 when none is. */
export const createOverdue =
  ({ store, clock }: { store: Pick<Store, 'sessions'>; clock: Clock }) =>
  async (): Promise<number> => {
    const first = await within(
      ANSWER_MS,
      store.sessions.firstDueAt().then((dueAt) => ({ dueAt })),
    );
    if (!first) throw new CrmflowError('unavailable', 'The database does not answer.');
    return first.dueAt === null ? 0 : Math.max(0, clock.now().getTime() - Date.parse(first.dueAt));
  };
