import { CrmflowError, isDatabaseAway, reasonOf } from '../errors.ts';
import type { Clock, Ids, Sealer } from '../ports.ts';
import type { Runner } from '../runner/runner.ts';
import { personOf, type Contact } from '../session/contact.ts';
import type { DueWorkflow, Store } from '../store.ts';
import { nextFiring, scheduleOf, type Schedule } from '../workflow/schedule.ts';
import type { Version } from '../workflow/workflow.ts';
import { writingTo } from './channels/thread.ts';
import type { Live } from './live.ts';
import type { Versions } from './versions.ts';

/** A process that does not let go of a workflow by then has gone; another one begins where it was. */
const LEASE_MS = 300_000;
/** How many contacts are talked to at once. */
const AT_ONCE = 20;

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  sealer: Sealer;
  versions: Versions;
  live: Live['live'];
  runner: Runner;
  report(cause: unknown, workflowId: string): void;
}

/** Starts workflows whose time has come. A time that passed while nobody was there comes once, however often it was. */
export function createSchedules({ store, ids, clock, sealer, versions, live, runner, report }: Needs) {
  /**
   * The session of a time and a contact has an id that follows from both, and that nobody can guess: so it is begun once,
   * also where a process was gone before it could say so.
   */
  async function begin(
    { id: workflowId, userId, firesAt }: DueWorkflow,
    { version, contact, by }: { version: Version; contact: Contact | null; by: Schedule['channel'] },
  ) {
    const [id, ...before] = sealer.fingerprints(['schedule', workflowId, firesAt, contact?.id].join(' '));
    for (const each of [id, ...before]) if (await store.sessions.get(each)) return;
    const writing = contact && by && writingTo(ids, { workflowId, userId }, contact, by);
    const beginning = {
      ...{ id, workflowId, userId, starterId: null },
      tokenHash: ids.hash(ids.secret()),
      mode: 'auto' as const,
      inputs: {},
      contact: contact ? { id: contact.id, person: personOf(contact) } : undefined,
      channel: writing?.channel ?? null,
    };
    await runner.start(version, beginning, { workflowId, thread: writing?.thread });
  }

  /** Whom a part of it is for, and after whom the next one begins: null when this is the last. */
  async function partOf({ userId, after }: DueWorkflow, { contacts }: Schedule) {
    if (!contacts) return { people: [null], after: null };
    const page = { limit: AT_ONCE, ...(after !== null && { cursor: after }) };
    const { items, nextCursor } = await store.contacts.list(userId, page, contacts);
    return { people: items, after: nextCursor };
  }

  /** Begins the sessions of a part. Gives after whom the next one begins: null when this was the last. */
  async function beginPart(due: DueWorkflow, schedule: Schedule): Promise<string | null> {
    const { version } = await versions.runnable({ role: 'user', userId: due.userId }, due.id);
    const { people, after } = await partOf(due, schedule);
    const begun = people.map((contact) =>
      begin(due, { version, contact, by: schedule.channel }).catch(reported(due)),
    );
    await Promise.all(begun);
    return after;
  }

  /** What cannot begin is tried again at its next time; where the database was away, nothing is known: all of it is done again. */
  const reported =
    ({ id }: DueWorkflow) =>
    (cause: unknown): null => {
      if (isDatabaseAway(cause)) throw cause;
      if (!isPassedOver(cause)) report(cause, id);
      return null;
    };

  return {
    /** Starts the one that has been due longest, for its next contacts. Gives how many there were. */
    async fire(): Promise<number> {
      const now = clock.now();
      const until = new Date(now.getTime() + LEASE_MS).toISOString();
      const due = await store.schedules.claim(now.toISOString(), until);
      const workflow = due && (await store.workflows.get(due.id));
      const schedule = workflow && scheduleOf(await live(workflow));
      if (!due || !schedule) return 0;
      // A draft with problems begins with nobody.
      const after = await beginPart(due, schedule).catch(reported(due));
      const firesAt = after === null ? nextFiring(schedule, clock.now()) : due.firesAt;
      await store.schedules.release(due, { firesAt, after });
      return 1;
    },
  };
}

/** Whoever cannot be written to, or has not finished the last conversation. */
const isPassedOver = (cause: unknown): boolean =>
  cause instanceof CrmflowError &&
  (cause.code === 'conflict' || ['no_number', 'consent'].includes(reasonOf(cause) ?? ''));
