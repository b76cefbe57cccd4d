import { CrmflowError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Admit, Runner } from '../runner/runner.ts';
import type { Aging, Archive, ArchivedSession, Store } from '../store.ts';

/** How many days rows of each kind are kept; those of a kind that is not named are kept for ever. */
export type KeepDays = Partial<Record<Aging, number>>;
/** How many of each kind have gone. */
export type Gone = Partial<Record<Aging, number>>;

interface Needs {
  store: Store;
  clock: Clock;
  runner: Pick<Runner, 'end'>;
  keepDays?: KeepDays | undefined;
  archive?: Archive | undefined;
  report(cause: unknown, sessionId: string): void;
  /** Hears after each pass what has gone, if anything has. */
  tellGone?: ((gone: Gone) => void) | undefined;
}

const DAY_MS = 86_400_000;
/** From the end of one pass to the next, and to another try where something could not go. */
const PAUSE_MS = 6 * 3_600_000;
const AGAIN_MS = 10 * 60_000;
/** So many go together, and into one file of an archive. */
const AT_ONCE = 500;
const PAGE = 200;

/**
 * Removes what is older than it is to be kept. A pass looks at all rows of the kinds that are kept for a time, some at each tick, so
 * that no conversation waits for it.
 */
export function createRetention(needs: Needs) {
  const { clock, keepDays = {}, tellGone, report } = needs;
  let pass: AsyncGenerator<void> | null = null;
  let nextAt = -Infinity;
  let pauseMs = PAUSE_MS;
  let isAtWork = false;
  const now = () => clock.now().getTime();

  async function* all(): AsyncGenerator<void> {
    const gone: Gone = {};
    pauseMs = PAUSE_MS;
    for (const kind of ['left', 'ended', 'logs', 'modelCalls'] as const) {
      const days = keepDays[kind];
      if (days === undefined) continue;
      try {
        yield* through(kind, new Date(now() - days * DAY_MS).toISOString(), gone);
      } catch (cause) {
        // A disk that is full for the archive keeps sessions here, and nothing else.
        pauseMs = AGAIN_MS;
        report(cannotGo(kind, days, cause), 'retention');
      }
    }
    if (Object.keys(gone).length > 0) tellGone?.(gone);
  }
  async function* through(kind: Aging, before: string, gone: Gone): AsyncGenerator<void> {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const looked = await needs.store.retention.look(kind, before, after);
      found.push(...looked.ids);
      ({ after } = looked);
      if (found.length >= AT_ONCE || (found.length > 0 && after === null))
        await needs.store.retention.alone(async () => {
          gone[kind] = (gone[kind] ?? 0) + (await take(needs, kind, { ids: found.splice(0), before }));
        });
      yield;
    } while (after !== null);
  }

  /** Goes on with a pass by one step, or begins one when it is time. */
  return async function tick(): Promise<void> {
    if (isAtWork || Object.keys(keepDays).length === 0) return;
    if (pass === null && now() < nextAt) return;
    isAtWork = true;
    try {
      pass ??= all();
      const { done } = await pass.next();
      if (!done) return;
      pass = null;
      nextAt = now() + pauseMs;
    } finally {
      isAtWork = false;
    }
  };
}

const WHAT: Record<Aging, string> = {
  left: 'Sessions that were left',
  ended: 'Ended sessions',
  logs: 'Log rows',
  modelCalls: 'Calls of models',
};
const cannotGo = (kind: Aging, days: number, cause: unknown) =>
  new CrmflowError(
    'unavailable',
    `${WHAT[kind]} of more than ${days} ${days === 1 ? 'day' : 'days'} could not go (${(cause as Error).message}). It is tried again in ten minutes.`,
    undefined,
    { cause },
  );

/** Somebody came back after the look. */
const BACK = new Error('The session goes on.');
const mustBeLeft =
  (before: string): Admit =>
  ({ updatedAt }) => {
    if (updatedAt >= before) throw BACK;
    return { mayMove: false };
  };

async function take(
  { store, archive, runner, report }: Needs,
  kind: Aging,
  { ids, before }: { ids: string[]; before: string },
): Promise<number> {
  if (kind === 'left') {
    let count = 0;
    // One that cannot end stays as it is, and the others end all the same.
    for (const id of ids)
      await runner.end(id, 'expired', mustBeLeft(before)).then(
        () => count++,
        (cause: unknown) => cause === BACK || report(cause, id),
      );
    return count;
  }
  // What cannot be written stays.
  if (kind === 'ended' && archive) await archive.write(whole(store, ids));
  return store.retention.remove(kind, ids);
}

async function* whole(store: Store, ids: readonly string[]): AsyncGenerator<ArchivedSession> {
  for (const id of ids) {
    const session = await store.sessions.get(id);
    if (!session) continue;
    const { workflowId, versionId, userId, starterId, contactId, channel, mode, status, outcome } = session;
    const { reason, nodeId, variables, createdAt, updatedAt } = session;
    yield {
      ...{ id, workflowId, versionId, userId, starterId, contactId, channel, mode, status, outcome },
      ...{ reason, nodeId, variables, createdAt, updatedAt },
      messages: await messagesOf(store, id),
      events: await eventsOf(store, id),
      logs: await store.retention.logsOf(id),
    };
  }
}

async function messagesOf(store: Store, id: string) {
  const all: ArchivedSession['messages'] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.messages(id, { limit: PAGE, cursor });
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

async function eventsOf(store: Store, id: string) {
  const all: ArchivedSession['events'] = [];
  for (;;) {
    const page = await store.events(id, all.at(-1)?.seq ?? 0, PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}
