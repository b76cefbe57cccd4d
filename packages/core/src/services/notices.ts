import { CrmflowError, reasonOf, type ErrorCode } from '../errors.ts';
import { undoneBy } from '../nodes/integration/door.ts';
import { keyFor } from '../nodes/integration/key.ts';
import { refused } from '../nodes/integration/sending.ts';
import { signedPost, whyNotTaken } from '../nodes/integration/signed-post.ts';
import type { Clock, Http, Unsent } from '../ports.ts';
import type { LogEntry } from '../session/session.ts';
import type { Store, StoredNotice } from '../store.ts';
import type { SecretOf } from './keys.ts';

interface Needs {
  store: Store;
  http: Http;
  clock: Clock;
  secret: SecretOf;
  report(cause: unknown, sessionId: string): void;
}

const TIMEOUT_MS = 15_000;
/** Whoever has not said what came of it by then has died. */
const LEASE_MS = 60_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After this time nobody is told any more. */
const GIVE_UP_MS = 24 * 60 * 60_000;
const BATCH = 50;

/** Tells owners of sessions that were handed over, where they want to hear of it: in order, and each thing at least once. */
export function createNotices({ store, http, clock, secret, report }: Needs) {
  const atWork = new Set<Promise<unknown>>();
  const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();

  /** Tells it once; what was in the way, or nothing. */
  async function send(notice: StoredNotice): Promise<Unsent | undefined> {
    const { sessionId, seq, what, nodeId, since, text, at, to } = notice;
    const session = await store.sessions.get(sessionId);
    if (!session?.userId) return refused('gone', 'The session is not there any more.');
    const { workflowId, userId, contactId } = session;
    const name = (await store.workflows.get(workflowId))?.name ?? null;
    const url = new URL(to.url);
    const key = keyFor(to.key, url, await secret(userId, to.key));
    const data = {
      ...{ sessionId, workflow: { id: workflowId, name }, contactId, nodeId, since },
      ...(text !== undefined && { text }),
    };
    const request = await signedPost(
      { url, type: `handover.${what}`, at: new Date(at), data },
      { id: `${sessionId}:notice:${seq}`, at: clock.now(), secret: key },
    );
    const sending = { ...request, onlyOrigin: url.origin, timeoutMs: TIMEOUT_MS };
    return whyNotTaken(await http.send(sending), url.host);
  }

  async function tell(notice: StoredNotice): Promise<void> {
    const unsent = await send(notice).catch(unsentBy);
    if (!unsent) return store.notices.remove(notice);
    const isTooLate = Date.parse(notice.at) + GIVE_UP_MS <= clock.now().getTime();
    if (unsent.kind === 'refused' || isTooLate)
      return store.notices.remove(notice, { log: untold(notice, unsent), at: later(0) });
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** notice.attempts);
    return store.notices.putOff(notice, later(waitMs));
  }

  /** Tells all that is due; gives how much that was. */
  async function bring(): Promise<number> {
    for (let count = 0; ;) {
      const taken = await store.notices.claim(later(0), BATCH, later(LEASE_MS));
      if (!taken.length) return count;
      count += taken.length;
      await Promise.all(
        taken.map((each) => tell(each).catch((cause: unknown) => report(cause, each.sessionId))),
      );
    }
  }

  return {
    /** Something was noted: it is told at once, and nobody waits for that. */
    noted(sessionId: string): void {
      const work: Promise<unknown> = bring()
        .catch((cause: unknown) => report(cause, sessionId))
        .finally(() => atWork.delete(work));
      atWork.add(work);
    },
    /** Tells what is due again, and what was left by a process that died. Gives how much. */
    tick: bring,
    /** Resolves when nothing is being told. */
    async rest(): Promise<void> {
      while (atWork.size) await Promise.all(atWork);
    },
  };
}

/** A key that is not there, or belongs to another host, is the owner's to mend: what is told until then is not kept. */
const unsentBy = (cause: unknown): Unsent =>
  cause instanceof CrmflowError && reasonOf(cause) === undefined && KEYLESS.has(cause.code)
    ? refused('key', cause.message)
    : undoneBy(cause);

const KEYLESS: ReadonlySet<ErrorCode> = new Set(['unprocessable', 'forbidden']);

const untold = ({ what, nodeId, to }: StoredNotice, { reason }: Unsent): LogEntry => ({
  eventType: 'node_advance',
  nodeId,
  nodeType: 'integration',
  data: { path: [], untold: what, host: new URL(to.url).host, reason },
});
