import type { Actor } from '../contract/operation.ts';
import { notFound } from '../errors.ts';
import type { Clock, Ids, Sealer } from '../ports.ts';
import type { Runner } from '../runner/runner.ts';
import type { DueWorkflow, Store } from '../store.ts';
import { nextFiring, scheduleOf } from '../workflow/schedule.ts';
import type { Versions } from './versions.ts';

/** A process that does not let go of a workflow by then has gone; another one begins where it was. */
const LEASE_MS = 300_000;

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  sealer: Sealer;
  versions: Versions;
  runner: Runner;
  report(cause: unknown, workflowId: string): void;
}

/** Starts workflows whose time has come. A time that passed while nobody was there comes once, however often it was. */
export function createSchedules({ store, ids, clock, sealer, versions, runner, report }: Needs) {
  /**
   * The session of a time has an id that follows from it, and that nobody can guess: so it is begun once, also where a
   * process was gone before it could say so.
   */
  async function begin({ id: workflowId, userId, firesAt }: DueWorkflow) {
    const [id, ...before] = sealer.fingerprints(`schedule ${workflowId} ${firesAt}`);
    for (const each of [id, ...before]) if (await store.sessions.get(each)) return;
    const owner: Actor = { role: 'user', userId };
    const { version } = await versions.runnable(owner, workflowId);
    await runner.start(
      version,
      {
        id,
        workflowId,
        userId,
        starterId: null,
        tokenHash: ids.hash(ids.secret()),
        mode: 'auto',
        inputs: {},
      },
      workflowId,
    );
  }

  /** When it is due next, by what is saved of it now. */
  async function nextOf({ id }: DueWorkflow): Promise<string | null> {
    const workflow = await store.workflows.get(id);
    if (!workflow) throw notFound('workflow', id);
    return nextFiring(scheduleOf(workflow), clock.now());
  }

  return {
    /** Starts the one that has been due longest. Gives how many there were. */
    async fire(): Promise<number> {
      const now = clock.now();
      const until = new Date(now.getTime() + LEASE_MS).toISOString();
      const due = await store.schedules.claim(now.toISOString(), until);
      if (!due) return 0;
      // What cannot begin, such as a draft with problems, is tried again at its next time.
      await begin(due).catch((cause: unknown) => report(cause, due.id));
      await store.schedules.release(due, { firesAt: await nextOf(due), after: null });
      return 1;
    },
  };
}
