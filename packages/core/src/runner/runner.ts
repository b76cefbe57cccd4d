import { CrmflowError, notFound } from '../errors.ts';
import type { AiModel, Clock, Http, Ids, Passage } from '../ports.ts';
import type { Wake } from '../nodes/wait.ts';
import type { Advanced } from '../session/draft.ts';
import { draftOf, finish, pathOf } from '../session/draft.ts';
import { begin, type Beginning } from '../session/begin.ts';
import { logOf } from '../session/log.ts';
import {
  beginEffect,
  failed,
  play,
  playDeparture,
  playFrom,
  type Moment,
  type Played,
} from '../session/play.ts';
import type { Session, SessionEvent } from '../session/session.ts';
import type { Store } from '../store.ts';
import type { Flow } from '../workflow/flow.ts';
import type { Version } from '../workflow/workflow.ts';
import { runEffect } from './effect.ts';
import { createFlows } from './flows.ts';
import { createMailbox } from './mailbox.ts';

/** What the runner needs from outside. */
export interface RunnerPorts {
  store: Store;
  ai: AiModel;
  http: Http;
  clock: Clock;
  ids: Ids;
  /** Milliseconds that only go forward. */
  ticks(): number;
  /** The best passages among an owner's knowledge. */
  search(userId: string | null, flow: Flow, question: string, limit: number): Promise<Passage[]>;
  /** Hears of a session that could not be moved on, when nobody is there to be told. It stays due. */
  report(cause: unknown, sessionId: string): void;
}
/** Refuses by throwing, before anything is done to the session. */
export type Admit = (session: Session) => void;
const anyone: Admit = () => undefined;
export type Tell = (sessionId: string, events: readonly SessionEvent[]) => void;

/** What one call brought about: where the session stands now and what was told on the way. */
export interface Turn {
  session: Session;
  events: SessionEvent[];
}

/** How a session ends from outside. */
type Ending = 'ended' | 'deleted' | 'expired';

export type Runner = ReturnType<typeof createRunner>;

const LEASE_MS = 60_000;
const DUE_BATCH = 50;
/** A node that takes the process down with it must not do so for ever. */
const MAX_ATTEMPTS = 5;

/** The one shell that runs nodes, commits, then tells. */
export function createRunner(ports: RunnerPorts, tell: Tell) {
  const { store, clock, ticks } = ports;
  const inTurn = createMailbox();
  const flows = createFlows(store);

  function moment(): Moment {
    const from = ticks();
    return { now: clock.now(), spentMs: () => ticks() - from };
  }
  const reporting = (id: string) => (cause: unknown) => ports.report(cause, id);
  const leaseEnd = () => new Date(clock.now().getTime() + LEASE_MS).toISOString();

  /** Stores what came of a step, then says so. A session still at work is looked after when its lease ends. */
  async function commit(flow: Flow, from: Session | null, to: Advanced, messageId: string | null = null) {
    const { session, events, lines } = to;
    if (session.status === 'running') session.dueAt = leaseEnd();
    await store.sessions.commit({
      from: from && { step: from.step, seq: from.seq },
      session,
      events,
      lines,
      messageId,
      logs: logOf(flow, session, events, lines),
    });
    if (events.length) tell(session.id, events);
  }

  /** Commits what was played and runs the nodes that reach outside, until the session rests. */
  async function settle(
    flow: Flow,
    from: Session | null,
    played: Played,
    messageId: string | null,
  ): Promise<Turn> {
    const events: SessionEvent[] = [];
    let [before, now] = [from, played];
    await commit(flow, before, now, messageId);
    events.push(...now.events);
    while (now.stands === 'effect') {
      const ran = await runEffect(flow, now.session, ports, async (piece) => {
        await commit(flow, { ...piece.session, seq: piece.session.seq - piece.events.length }, piece);
        events.push(...piece.events);
      });
      before = ran.session;
      now = playFrom(flow, ran.session, ran.outcome, moment());
      await commit(flow, before, now);
      events.push(...now.events);
    }
    return { session: now.session, events };
  }

  async function opened(
    id: string,
    { admit = anyone, messageId = null }: { admit?: Admit; messageId?: string | null } = {},
  ) {
    const found = await store.sessions.open(id, messageId);
    if (!found) throw notFound('session', id);
    admit(found.session);
    const flow = await flows.get(found.session.versionId);
    await flow.ready;
    return { ...found, flow };
  }

  /** Goes on with a session whose run was cut short. */
  async function pickUp(id: string): Promise<void> {
    const { session, flow } = await opened(id);
    if (session.status !== 'running') return;
    if (session.attempt >= MAX_ATTEMPTS) {
      const cause = new CrmflowError('internal', `It was cut short ${MAX_ATTEMPTS} times; given up.`);
      await settle(flow, session, playFrom(flow, session, failed(cause, session.nodeId!), moment()), null);
      return;
    }
    const again = beginEffect(flow, session, clock.now().toISOString());
    await settle(flow, session, { ...again, stands: 'effect' }, null);
  }

  async function deliver(id: string, wake: Wake, messageId: string | null, admit?: Admit): Promise<Turn> {
    const { session, flow, isKnownMessage } = await opened(id, { messageId, ...(admit && { admit }) });
    if (isKnownMessage) return { session, events: [] };
    if (session.wait?.for !== wake.by) throw notWaiting(session, wake.by);
    const limit = flow.settings.limits.messageChars;
    if (wake.by === 'message' && wake.text.length > limit)
      throw new CrmflowError('too_large', `A message may have at most ${limit} characters.`);
    return settle(flow, session, play(flow, session, wake, moment()), messageId);
  }

  async function execute(id: string, nodeId: string, admit: Admit): Promise<Turn> {
    const { session, flow } = await opened(id, { admit });
    clientMay(session, 'execute', nodeId);
    return settle(flow, session, play(flow, session, null, moment()), null);
  }

  async function leave(id: string, nodeId: string, admit: Admit): Promise<Turn> {
    const { session, flow } = await opened(id, { admit });
    clientMay(session, 'advance', nodeId);
    return settle(flow, session, playDeparture(flow, session, moment()), null);
  }

  async function end(id: string, outcome: Ending, admit: Admit): Promise<Turn> {
    const { session, flow } = await opened(id, { admit });
    if (session.status === 'finished' || session.status === 'failed') return { session, events: [] };
    const draft = draftOf(flow, session, clock.now().toISOString());
    finish(draft, 'finished', outcome, null);
    await commit(flow, session, draft);
    return { session: draft.session, events: draft.events };
  }

  async function start(version: Version, beginning: Beginning): Promise<Turn> {
    const flow = flows.made(version);
    const begun = begin(flow, beginning, clock.now().toISOString());
    return inTurn(beginning.id, () => {
      if (begun.session.mode === 'step') return settle(flow, null, { ...begun, stands: 'rest' }, null);
      const played = play(flow, begun.session, null, moment());
      return settle(flow, null, { ...played, events: [...begun.events, ...played.events] }, null);
    });
  }

  return {
    start,
    /** Whether sessions have run on this version here: then it is stored. */
    hasRun: flows.has,
    /** Ends a session's wait: by the visitor's message, or by time. */
    deliver: (id: string, wake: Wake, messageId: string | null, admit?: Admit) =>
      inTurn(id, () => deliver(id, wake, messageId, admit)),
    /** Step mode: executes the active node. */
    execute: (id: string, nodeId: string, admit = anyone) => inTurn(id, () => execute(id, nodeId, admit)),
    /** Step mode: leaves the node that has done its work. */
    leave: (id: string, nodeId: string, admit = anyone) => inTurn(id, () => leave(id, nodeId, admit)),
    end: (id: string, outcome: Ending, admit = anyone) => inTurn(id, () => end(id, outcome, admit)),
    /** Moves on what is due: a wait that is over, a run that was cut short. Gives how many it took. */
    async tick(): Promise<number> {
      const due = await store.sessions.due(clock.now().toISOString(), DUE_BATCH);
      await Promise.all(due.map((id) => inTurn(id, () => wakeUp(id)).catch(reporting(id))));
      return due.length;
    },
    /** After a start with a database of our own: every session at work was cut short. */
    async recover(): Promise<number> {
      const cut = await store.sessions.running(10_000);
      await Promise.all(cut.map((id) => inTurn(id, () => pickUp(id)).catch(reporting(id))));
      return cut.length;
    },
  };

  async function wakeUp(id: string): Promise<void> {
    const { session } = await opened(id);
    if (!session.dueAt || session.dueAt > clock.now().toISOString()) return;
    if (session.status === 'running') return pickUp(id);
    await deliver(id, { by: 'time' }, null);
  }
}

function notWaiting({ status, wait }: Session, by: Wake['by']): CrmflowError {
  if (status === 'finished' || status === 'failed')
    return new CrmflowError('conflict', `The session has ${status}; start another one.`);
  return new CrmflowError(
    'conflict',
    `The session does not wait for a ${by}: ${wait ? `it waits for ${wait.for}` : 'it is at work'}.`,
  );
}

function clientMay(session: Session, to: 'execute' | 'advance', nodeId: string) {
  const active = session.nodeId && pathOf(session, session.nodeId);
  if (session.mode !== 'step')
    throw new CrmflowError('conflict', 'The session runs in auto mode: the server moves it on by itself.');
  if (active !== nodeId)
    throw new CrmflowError(
      'conflict',
      `${nodeId} is not the active node${active ? `: that is ${active}` : ''}.`,
    );
  if (session.wait?.for !== 'client' || session.wait.to !== to)
    throw new CrmflowError(
      'conflict',
      to === 'execute' ? `${nodeId} has been executed already.` : `${nodeId} has not finished yet.`,
    );
}
