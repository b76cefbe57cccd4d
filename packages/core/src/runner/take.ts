import { CrmflowError, notFound } from '../errors.ts';
import type { Advanced } from '../session/draft.ts';
import type { Played } from '../session/play.ts';
import { isOpen, type Session } from '../session/session.ts';
import type { Commit, Store } from '../store.ts';
import type { Flow } from '../workflow/flow.ts';
import type { Decide, Found } from './decisions.ts';
import type { Flows } from './flows.ts';
import type { Admit, Turn } from './runner.ts';

/** Who moves a session, and with which message. */
export interface Calling {
  admit?: Admit | undefined;
  messageId?: string | null;
  /** What the number of the session's last event must be, unless the message has been processed already. */
  ifSeq?: number | undefined;
  /** Step mode: the node that is executed, or answered, is left as well, once it has done its work. */
  isLeft?: boolean | undefined;
  /** Told what was stored first, before the session does anything outside. */
  begun?: ((turn: Turn) => void) | undefined;
}
export interface Taken {
  found: Found;
  /** Null when nothing was to be done. */
  played: Played | null;
}

/** Another process that moves the session on too is done after one or two. */
const MOST_TRIES = 5;

interface Needs {
  store: Store;
  flows: Flows;
  commit(flow: Flow, from: Session, to: Advanced, more: Pick<Commit, 'messageId'>): Promise<void>;
}

/** Decides how a session moves on, and stores it: the first step of a turn. */
export function createTake({ store, flows, commit }: Needs) {
  const { sessions } = store;

  async function withFlow({ session, knownAt }: Pick<Found, 'session' | 'knownAt'>): Promise<Found> {
    const flow = await flows.get(session.versionId);
    await flow.ready;
    return { session, knownAt, flow, mayMove: false };
  }

  /**
   * A session that this process remembers needs no reading. Should it have moved on elsewhere, the call be refused, or
   * nothing be left to do for it, nothing has been done: then it is read and decided anew.
   */
  return async function take(
    id: string,
    { admit, messageId = null, ifSeq }: Calling,
    decide: Decide,
  ): Promise<Taken> {
    function decided(found: Found): Taken {
      const allowed = { ...found, ...admit?.(found.session) };
      if (ifSeq !== undefined && found.knownAt === null) mustStandAt(ifSeq, found.session);
      return { found, played: decide(allowed) };
    }
    async function stored({ found, played }: Taken): Promise<Taken> {
      if (played) await commit(found.flow, found.session, played, { messageId });
      return { found, played };
    }

    async function takeRemembered(session: Session): Promise<Taken | null> {
      const taken = await withFlow({ session, knownAt: null })
        .then(decided)
        .catch(() => null);
      // Only a lost compare-and-set says that nothing was written. After any other failure nobody knows, and deciding anew
      // on what is stored might take the message twice. The caller hears of it (`unavailable` when the database went
      // away) and may send the message again with its id, which is found to be processed, or not.
      return taken?.played ? stored(taken).catch(nullIfMovedOn) : null;
    }

    async function takeStored(): Promise<Taken | null> {
      const found = await sessions.open(id, messageId);
      if (!found) throw notFound('session', id);
      return stored(decided(await withFlow(found))).catch(nullIfMovedOn);
    }

    const remembered = sessions.recall(id, messageId);
    let taken = remembered && (await takeRemembered(remembered));
    for (let tries = 0; !taken && tries < MOST_TRIES; tries++) taken = await takeStored();
    if (taken) return taken;
    throw new CrmflowError('conflict', `The session was moved on elsewhere ${MOST_TRIES} times; try again.`);
  };
}

function mustStandAt(seq: number, session: Session): void {
  if (session.seq === seq || !isOpen(session)) return;
  throw new CrmflowError(
    'conflict',
    `The last event of the session is ${session.seq}, not ${seq}. Read on, and answer what is asked now.`,
    { seq: session.seq },
  );
}

/** Whether a commit was refused because the session had moved on: nothing was written. */
export const isMovedOn = (cause: unknown): boolean =>
  cause instanceof CrmflowError && cause.code === 'conflict';

function nullIfMovedOn(cause: unknown): null {
  if (isMovedOn(cause)) return null;
  throw cause;
}
