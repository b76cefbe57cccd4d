import type { AiModel, Clock, Http, Ids, Mail, Passage, Secret } from '../ports.ts';
import type { Wake } from '../nodes/wait.ts';
import { begin, type Beginning } from '../session/begin.ts';
import type { Advanced } from '../session/draft.ts';
import { logOf, type Work } from '../session/log.ts';
import { isHandedOver, noticesOf } from '../session/notices.ts';
import { play, playFrom, playThrough, type Moment, type Played } from '../session/play.ts';
import type { Session, SessionEvent } from '../session/session.ts';
import type { Commit, Store } from '../store.ts';
import type { Flow, Plan } from '../workflow/flow.ts';
import type { Version } from '../workflow/workflow.ts';
import { createDecisions, type Decide, type Ending } from './decisions.ts';
import { runEffect } from './effect.ts';
import { createFlows } from './flows.ts';
import { createLeases } from './leases.ts';
import { createMailbox } from './mailbox.ts';
import { createTake, isMovedOn, type Calling } from './take.ts';

/** What the runner needs from outside. */
export interface RunnerPorts {
  store: Store;
  /** The models of a user, those named in turn; nobody's run has none. */
  ai(account: Account | null, models: readonly string[] | undefined): AiModel;
  http: Http;
  mail: Mail;
  clock: Clock;
  ids: Ids;
  /** Milliseconds that only go forward. */
  ticks(): number;
  /** The best passages among an owner's knowledge and what these workflows carry; of some items only when they are named. */
  search(asked: Asked): Promise<Passage[]>;
  /** A key that a user has stored; null when there is none. */
  secret(userId: string, service: string): Promise<Secret | null>;
  /** The address at which a hook of a session is called. */
  callbackUrl(sessionId: string, hook: number): string;
  /** The address at which anybody may read a file of a session. */
  fileUrl(sessionId: string, fileId: string): string;
  /** Hears of what failed when nobody is there to be told: a session that could not be moved on and stays due, a listener. */
  report(cause: unknown, sessionId: string): void;
}
/** Whose tokens a call of a model takes, and for what. */
export interface Account {
  userId: string;
  workflowId?: string;
  /** What the workflow may use in one day. */
  tokensPerDay?: number | undefined;
  session?: {
    id: string;
    /** Of what the session may use in all. */
    tokensLeft(): number;
    spend(tokens: number): void;
  };
}
/** What is looked for, and where. */
export interface Asked {
  userId: string | null;
  plans: readonly Plan[];
  question: string;
  limit: number;
  /** Ids or names. */
  items?: readonly string[] | undefined;
}
/** Refuses by throwing, before anything is done to the session. */
export type Admit = (session: Session) => Admitted;
/** What the caller may do beside what every participant may. */
export interface Admitted {
  /** Step mode: have another node executed than the one at hand. */
  mayMove: boolean;
}
/** Says what was stored to those who hear a session. */
export interface Teller {
  tell(session: Session, events: readonly SessionEvent[]): void;
  /** Something may have been stored of a session that waits for a person, or did; its owner is to be told so much of it. */
  handedOver(session: Session, notices: number): void;
}

/** What one call brought about: where the session stands now and what was told on the way. */
export interface Turn {
  session: Session;
  events: SessionEvent[];
}

/** What goes with a session that begins. */
interface Starting extends Pick<Calling, 'begun' | 'messageId'>, Pick<Commit, 'thread'> {
  /** Of a stored workflow, which must still be there when the session has begun. */
  workflowId: string | null;
}

/** What a step came to, and what the node before it did outside. */
type Reached = Advanced & { work?: Work };

export type Runner = ReturnType<typeof createRunner>;

const DUE_BATCH = 200;
/** Of what came of a message that is sent once more. */
const MOST_EVENTS = 1_000;

/** The one shell that runs nodes, commits, then tells. */
export function createRunner(ports: RunnerPorts, teller: Teller) {
  const { store, clock, ids, ticks } = ports;
  const mailbox = createMailbox();
  const flows = createFlows(store);
  const leases = createLeases(ports);
  /** Sessions that do something outside, and what stops it. */
  const outside = new Map<string, { session: Session; stop: AbortController }>();
  /** Sessions of which nobody knows whether their last commit was stored, and how far they had told before it. */
  const unsure = new Map<string, number>();

  function moment(): Moment {
    const from = ticks();
    return { now: clock.now(), spentMs: () => ticks() - from };
  }
  const reporting = (id: string) => (cause: unknown) => ports.report(cause, id);
  const decisions = createDecisions(moment);
  /** Leaves the node as well, where the call says so. */
  const leaving = (flow: Flow, played: Played, { isLeft }: Calling): Played =>
    isLeft ? playThrough(flow, played, moment()) : played;

  /** Stores what came of a step, then says so. A session still at work is looked after when its lease ends. */
  async function commit(flow: Flow, from: Session | null, to: Reached, more: Partial<Commit> = {}) {
    const { session, events, lines } = to;
    if (session.status === 'running') session.dueAt = leases.end();
    const notices = noticesOf(flow, from, to);
    const stored = store.sessions.commit({
      from: from && { step: from.step, seq: from.seq, attempt: from.attempt },
      session,
      events,
      lines,
      messageId: null,
      workflowId: null,
      logs: logOf(flow, to, to.work),
      ...(to.contact &&
        session.userId !== null && {
          contact: { patch: to.contact, newId: ids.hash(`contact ${session.id}`) },
        }),
      ...(notices.length > 0 && { notices }),
      ...more,
    });
    await stored.catch((cause: unknown) => {
      if (!isMovedOn(cause) && !unsure.has(session.id)) unsure.set(session.id, from?.seq ?? 0);
      throw cause;
    });
    if (events.length) teller.tell(session, events);
    if (isHandedOver(session) || (from && isHandedOver(from))) teller.handedOver(session, notices.length);
  }

  const take = createTake({ store, flows, commit });

  /** Runs the node at hand, which reaches outside, unless the session is ended meanwhile: then `isStopped`. */
  async function reach(flow: Flow, session: Session, told: SessionEvent[]) {
    const stop = new AbortController();
    const append = async (piece: Advanced, attempt: number) => {
      const seq = piece.session.seq - piece.events.length;
      await commit(flow, { ...piece.session, seq, attempt }, piece);
      told.push(...piece.events);
    };
    outside.set(session.id, { session, stop });
    try {
      const ran = await leases.during(session.id, () => runEffect(flow, session, ports, { append, stop }));
      return { ...ran, isStopped: stop.signal.aborted };
    } finally {
      outside.delete(session.id);
    }
  }

  /** After what was played is stored: runs the nodes that reach outside, until the session rests. */
  async function goOn(flow: Flow, played: Played, calling: Calling = {}): Promise<Turn> {
    const events = [...played.events];
    let now = played;
    try {
      while (now.stands === 'effect') {
        const { spent } = now;
        const { session, outcome, work, isStopped } = await reach(flow, now.session, events);
        if (isStopped) return { session, events };
        now = leaving(flow, playFrom(flow, session, outcome, { ...moment(), spent }), calling);
        await commit(flow, session, { ...now, work });
        events.push(...now.events);
      }
      return { session: now.session, events };
    } catch (cause) {
      if (!isMovedOn(cause)) throw cause;
      // Another process ended it, or took it over: what was done here is void.
      return { session: (await store.sessions.get(now.session.id)) ?? now.session, events };
    }
  }

  /** One turn: decided, stored, told. */
  async function turn(id: string, calling: Calling, decide: Decide): Promise<Turn> {
    const { found, played } = await take(id, calling, (each) => {
      const decided = decide(each);
      return decided && leaving(each.flow, decided, calling);
    });
    if (!played) {
      const { session, knownAt } = found;
      if (knownAt === null) return { session, events: [] };
      // Whoever stored this message may not have lived to tell what came of it.
      await tellAgain(session);
      return { session, events: await store.events(id, knownAt - 1, MOST_EVENTS) };
    }
    calling.begun?.(played);
    return goOn(found.flow, played, calling);
  }

  async function start(version: Version, beginning: Beginning, { begun, ...more }: Starting): Promise<Turn> {
    const flow = flows.made(version);
    const first = begin(flow, beginning, clock.now().toISOString());
    return mailbox.inTurn(beginning.id, async () => {
      const played = first.session.mode === 'step' ? null : play(flow, first.session, null, moment());
      const whole: Played = played
        ? {
            ...played,
            events: [...first.events, ...played.events],
            lines: [...first.lines, ...played.lines],
          }
        : { ...first, stands: 'rest' };
      await commit(flow, null, whole, more);
      begun?.(whole);
      return goOn(flow, whole);
    });
  }

  const moving = (id: string, calling: Calling, decide: Decide) =>
    mailbox.inTurn(id, () => turn(id, calling, decide));

  return {
    start,
    /** Whether sessions have run on this version here: then it is stored. */
    hasRun: flows.has,
    /** What a session runs on. */
    flowOf: ({ versionId }: Pick<Session, 'versionId'>): Promise<Flow> => flows.get(versionId),
    /** A version made ready to run, before a session is started on it. */
    flowFor: (version: Version): Flow => flows.made(version),
    /** Ends a session's wait: by the visitor's message, or by time. */
    deliver: (id: string, wake: Wake, calling: Calling = {}) => moving(id, calling, decisions.woken(wake)),
    /** Keeps what the visitor of a session said that waits for something else. */
    overhear: (id: string, text: string, calling: Calling = {}) =>
      moving(id, calling, decisions.overheard(text)),
    /** Step mode: executes the active node. */
    execute: (id: string, nodeId: string, calling: Calling = {}) =>
      moving(id, calling, decisions.executed(nodeId)),
    /** Step mode: leaves the node that has done its work. */
    leave: (id: string, nodeId: string, calling: Calling = {}) => moving(id, calling, decisions.left(nodeId)),
    /** Whatever the session does outside is stopped; what comes of it is void. */
    async end(id: string, outcome: Ending, admit?: Admit): Promise<Turn> {
      const working = outside.get(id);
      if (working) {
        admit?.(working.session);
        working.stop.abort();
      }
      return moving(id, { admit }, decisions.ended(outcome));
    },
    /** Moves on what is due: a wait that is over, a run that was cut short. Gives how many it took. */
    async tick(): Promise<number> {
      const until = leases.end();
      const ids = await store.sessions.claim(clock.now().toISOString(), DUE_BATCH, until);
      // What could not be told yet is told another time; it keeps nothing that is due.
      await lookAgain().catch(() => undefined);
      await Promise.all(ids.map((id) => moving(id, {}, decisions.due(until)).catch(reporting(id))));
      return ids.length;
    },
    /** After a start with a database of our own: every session at work was cut short, and is due. Gives how many. */
    recover: () => store.sessions.release(clock.now().toISOString()),
    /** Resolves when no session is at work in this process. */
    rest: mailbox.rest,
  };

  /** The database is there again: what was stored while nobody heard of it is told. */
  async function lookAgain() {
    for (const [id, told] of unsure) {
      const session = await store.sessions.get(id);
      if (session && session.seq > told) await tellAgain(session);
      unsure.delete(id);
    }
  }

  /** Tells the last event, here and elsewhere: whoever missed those before sees the gap. */
  async function tellAgain(session: Session) {
    const events = await store.events(session.id, session.seq - 1, 1);
    if (events.length) teller.tell(session, events);
    teller.handedOver(session, 0);
  }
}
