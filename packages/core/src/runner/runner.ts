import type { AiModel, Clock, Http, Ids, Passage, Secret } from '../ports.ts';
import type { Wake } from '../nodes/wait.ts';
import { begin, type Beginning } from '../session/begin.ts';
import type { Advanced } from '../session/draft.ts';
import { logOf } from '../session/log.ts';
import { play, playFrom, type Moment, type Played } from '../session/play.ts';
import type { Session, SessionEvent } from '../session/session.ts';
import type { Commit, Store } from '../store.ts';
import type { Flow, Plan } from '../workflow/flow.ts';
import type { Version } from '../workflow/workflow.ts';
import { createDecisions, type Decide, type Ending } from './decisions.ts';
import { runEffect } from './effect.ts';
import { createFlows } from './flows.ts';
import { createLeases } from './leases.ts';
import { createMailbox } from './mailbox.ts';
import { createTake, type Calling } from './take.ts';

/** What the runner needs from outside. */
export interface RunnerPorts {
  store: Store;
  ai: AiModel;
  http: Http;
  clock: Clock;
  ids: Ids;
  /** Milliseconds that only go forward. */
  ticks(): number;
  /** The best passages among an owner's knowledge and what these workflows carry. */
  search(userId: string | null, plans: readonly Plan[], question: string, limit: number): Promise<Passage[]>;
  /** A key that a user has stored; null when there is none. */
  secret(userId: string, service: string): Promise<Secret | null>;
  /** Hears of what failed when nobody is there to be told: a session that could not be moved on and stays due, a listener. */
  report(cause: unknown, sessionId: string): void;
}
/** Refuses by throwing, before anything is done to the session. */
export type Admit = (session: Session) => Admitted;
/** What the caller may do beside what every participant may. */
export interface Admitted {
  /** Step mode: have another node executed than the one at hand. */
  mayMove: boolean;
}
export type Tell = (sessionId: string, events: readonly SessionEvent[]) => void;

/** What one call brought about: where the session stands now and what was told on the way. */
export interface Turn {
  session: Session;
  events: SessionEvent[];
}

export type Runner = ReturnType<typeof createRunner>;

const DUE_BATCH = 50;

/** The one shell that runs nodes, commits, then tells. */
export function createRunner(ports: RunnerPorts, tell: Tell) {
  const { store, clock, ticks } = ports;
  const inTurn = createMailbox();
  const flows = createFlows(store);
  const leases = createLeases(ports);

  function moment(): Moment {
    const from = ticks();
    return { now: clock.now(), spentMs: () => ticks() - from };
  }
  const reporting = (id: string) => (cause: unknown) => ports.report(cause, id);
  const decisions = createDecisions(moment);

  /** Stores what came of a step, then says so. A session still at work is looked after when its lease ends. */
  async function commit(flow: Flow, from: Session | null, to: Advanced, more: Partial<Commit> = {}) {
    const { session, events, lines } = to;
    if (session.status === 'running') session.dueAt = leases.end();
    await store.sessions.commit({
      from: from && { step: from.step, seq: from.seq, attempt: from.attempt },
      session,
      events,
      lines,
      messageId: null,
      workflowId: null,
      logs: logOf(flow, session, events, lines),
      ...more,
    });
    if (events.length) tell(session.id, events);
  }

  const take = createTake({ store, flows, commit });

  /** After what was played is stored: runs the nodes that reach outside, until the session rests. */
  async function goOn(flow: Flow, played: Played): Promise<Turn> {
    const events = [...played.events];
    let now = played;
    while (now.stands === 'effect') {
      const { session, spent } = now;
      const append = async (piece: Advanced) => {
        await commit(flow, { ...piece.session, seq: piece.session.seq - piece.events.length }, piece);
        events.push(...piece.events);
      };
      const ran = await leases.during(session.id, () => runEffect(flow, session, ports, append));
      now = playFrom(flow, ran.session, ran.outcome, { ...moment(), spent });
      await commit(flow, ran.session, now);
      events.push(...now.events);
    }
    return { session: now.session, events };
  }

  /** One turn: decided, stored, told. */
  async function turn(id: string, calling: Calling, decide: Decide): Promise<Turn> {
    const { found, played } = await take(id, calling, decide);
    return played ? goOn(found.flow, played) : { session: found.session, events: [] };
  }

  /** `workflowId` is that of a stored workflow, which must still be there when the session has begun. */
  async function start(version: Version, beginning: Beginning, workflowId: string | null): Promise<Turn> {
    const flow = flows.made(version);
    const begun = begin(flow, beginning, clock.now().toISOString());
    return inTurn(beginning.id, async () => {
      const played = begun.session.mode === 'step' ? null : play(flow, begun.session, null, moment());
      const first: Played = played
        ? { ...played, events: [...begun.events, ...played.events] }
        : { ...begun, stands: 'rest' };
      await commit(flow, null, first, { workflowId });
      return goOn(flow, first);
    });
  }

  const moving = (id: string, calling: Calling, decide: Decide) =>
    inTurn(id, () => turn(id, calling, decide));

  return {
    start,
    /** Whether sessions have run on this version here: then it is stored. */
    hasRun: flows.has,
    /** Ends a session's wait: by the visitor's message, or by time. */
    deliver: (id: string, wake: Wake, messageId: string | null, admit?: Admit) =>
      moving(id, { admit, messageId }, decisions.woken(wake)),
    /** Step mode: executes the active node. */
    execute: (id: string, nodeId: string, admit?: Admit) => moving(id, { admit }, decisions.executed(nodeId)),
    /** Step mode: leaves the node that has done its work. */
    leave: (id: string, nodeId: string, admit?: Admit) => moving(id, { admit }, decisions.left(nodeId)),
    end: (id: string, outcome: Ending, admit?: Admit) => moving(id, { admit }, decisions.ended(outcome)),
    /** Moves on what is due: a wait that is over, a run that was cut short. Gives how many it took. */
    async tick(): Promise<number> {
      const until = leases.end();
      const ids = await store.sessions.claim(clock.now().toISOString(), DUE_BATCH, until);
      await Promise.all(ids.map((id) => moving(id, {}, decisions.due(until)).catch(reporting(id))));
      return ids.length;
    },
    /** After a start with a database of our own: every session at work was cut short. */
    async recover(): Promise<number> {
      const cut = await store.sessions.running(10_000);
      await Promise.all(cut.map((id) => moving(id, {}, decisions.resumed).catch(reporting(id))));
      return cut.length;
    },
  };
}
