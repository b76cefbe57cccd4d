import type { Scope } from '../language/scope.ts';
import { nobody } from '../nodes/contact.ts';
import { spokenTexts, textFor } from '../nodes/listen/read/texts.ts';
import { failed, type NodeContext, type Outcome } from '../nodes/node.ts';
import type { Wake } from '../nodes/wait.ts';
import { planAt, type Flow } from '../workflow/flow.ts';
import type { Step } from '../workflow/step.ts';
import { draftOf, fail, pathOf, stepAt, tell, type Advanced, type Draft } from './draft.ts';
import { depart } from './depart.ts';
import { loopOf } from './stack.ts';
import { carryOut } from './advance.ts';
import { rememberTheWay } from './back.ts';
import { hear } from './burst.ts';
import { commandOf, obey } from './commands.ts';
import { excessOf } from './excess.ts';
import { isOpen, type Session } from './session.ts';

/** The world as one turn sees it. */
export interface Moment {
  now: Date;
  /** How long this turn has computed, in milliseconds. */
  spentMs(): number;
}

/** What a turn has used so far. */
export interface Spent {
  steps: number;
  /** Nodes that reached outside. */
  calls: number;
  /** Of computing. */
  ms: number;
}
export const NOTHING_SPENT: Spent = { steps: 0, calls: 0, ms: 0 };

/** What a run of pure nodes came to: at rest, or before a node that reaches outside, after which the turn goes on. */
export type Played = Advanced & ({ stands: 'rest' } | { stands: 'effect'; spent: Spent });

/** Runs nodes that decide from the session alone until the session rests or the next node reaches outside. */
export function play(flow: Flow, session: Session, wake: Wake | null, moment: Moment): Played {
  const draft = draftOf(flow, session, moment.now.toISOString());
  if (!wake) {
    // Step mode: what waited for the client to say so is executed, once.
    if (session.wait?.for === 'client') Object.assign(draft.session, { status: 'running', wait: null });
    return playOn(draft, { moment, from: session });
  }
  const heard = hear(draft, wake);
  const ctx = contextOf(flow, draft.session, moment.now);
  const command = commandOf(draft, stepAt(flow, session), heard, ctx);
  if (command) obey(draft, command, ctx);
  return playOn(draft, { moment, from: session, ...(!command && { wake: heard }) });
}

/** Goes on after a node that reached outside has decided, in a turn that has used this much. */
export function playFrom(
  flow: Flow,
  session: Session,
  outcome: Outcome,
  { spent, ...moment }: Moment & { spent: Spent },
): Played {
  const draft = draftOf(flow, session, moment.now.toISOString());
  if (stepAt(flow, session).kind.type === 'ai')
    tell(draft, { type: 'ai:processing_end', nodeId: pathOf(session, session.nodeId!) });
  carryOut(draft, outcome);
  return playOn(draft, { moment, spent: { ...spent, steps: spent.steps + 1 } });
}

/** Step mode: leaves the node that has done its work. */
export function playDeparture(flow: Flow, session: Session, moment: Moment): Played {
  const draft = draftOf(flow, session, moment.now.toISOString());
  depart(draft, session.departure!);
  return finished(draft);
}

/** Step mode: leaves the node too, once it has done its work. */
export function playThrough(flow: Flow, played: Played, moment: Moment): Played {
  const { wait } = played.session;
  if (wait?.for !== 'client' || wait.to !== 'advance') return played;
  const { session, events, lines } = playDeparture(flow, played.session, moment);
  return {
    ...played,
    session,
    events: [...played.events, ...events],
    lines: [...played.lines, ...lines],
  };
}

/** Begins a node that reaches outside, once more after a crash: counted before it runs. */
export function beginEffect(flow: Flow, session: Session, at: string): Advanced {
  const draft = draftOf(flow, session, at);
  draft.session.cuts += 1;
  startEffect(draft);
  return draft;
}

function startEffect(draft: Draft) {
  const { session, flow } = draft;
  session.status = 'running';
  session.wait = null;
  session.attempt += 1;
  if (stepAt(flow, session).kind.type !== 'ai') return;
  const nodeId = pathOf(session, session.nodeId!);
  tell(draft, { type: 'ai:processing_start', nodeId, attempt: session.attempt });
}

interface Playing {
  moment: Moment;
  /** What the node at hand is given to decide with, in place of being run. */
  wake?: Wake;
  /** Where the turn began, for the way back. */
  from?: Session;
  spent?: Spent;
}

function playOn(draft: Draft, { moment, wake, from, spent = NOTHING_SPENT }: Playing): Played {
  const { flow, session } = draft;
  const { stepsPerTurn, callsPerTurn, turnMs } = flow.main.settings.limits;
  let answer = wake;
  for (let { steps } = spent; session.status === 'running' || answer; steps++) {
    const step = stepAt(flow, session);
    if (!step.kind.isPure && spent.calls < callsPerTurn) {
      session.wake = answer ?? null;
      startEffect(draft);
      session.past = [];
      return finished(draft, { steps, calls: spent.calls + 1, ms: spent.ms + moment.spentMs() });
    }
    if (!step.kind.isPure)
      fail(draft, `More than ${callsPerTurn} nodes reached outside in one turn, ${ENDLESS}`);
    else if (steps >= stepsPerTurn) fail(draft, `More than ${stepsPerTurn} steps ${ENDLESS}`);
    else if (spent.ms > turnMs || (steps % 64 === 63 && spent.ms + moment.spentMs() > turnMs))
      fail(draft, `It computed for more than ${turnMs} ms without waiting for anyone.`);
    else carryOut(draft, decide(draft, step, answer, moment));
    answer = undefined;
  }
  if (from && wake && session.wait?.for === 'message') rememberTheWay(from, session);
  return finished(draft);
}
const ENDLESS = 'without waiting for anyone: a loop that never ends?';

/** At rest, or before a node that reaches outside when it says what the turn has used. */
function finished(draft: Draft, spent?: Spent): Played {
  const { session, flow } = draft;
  const tooMuch = isOpen(session) ? excessOf(session, flow.main.settings.limits) : null;
  if (tooMuch) fail(draft, tooMuch);
  const { events, lines, contact } = draft;
  return spent && session.status === 'running'
    ? { session, events, lines, contact, stands: 'effect', spent }
    : { session, events, lines, contact, stands: 'rest' };
}

function decide(draft: Draft, step: Step, wake: Wake | undefined, moment: Moment): Outcome {
  const { kind, data } = step;
  const ctx = contextOf(draft.flow, draft.session, moment.now);
  try {
    if (!kind.isPure) throw new Error(`${kind.type}/${kind.kind} reaches outside.`);
    return wake && kind.resume ? kind.resume(data, wake, ctx) : kind.run(data, ctx);
  } catch (cause) {
    return failed(cause, ctx.nodeId);
  }
}

const NOBODY = nobody();

/** What a node may see of the session. */
export function contextOf(flow: Flow, session: Session, now: Date): NodeContext {
  const { language, timeZone, country, texts } = planAt(flow, session.graph).settings;
  const { variables, message, id, nodeId, memory, channel } = session;
  const own = channel?.kind === 'voice' ? { ...spokenTexts(language), ...texts } : texts;
  const contact = session.contact?.person ?? NOBODY;
  const scope: Scope = { variables, now, timeZone, language, contact, ...(message !== null && { message }) };
  return {
    scope,
    sessionId: id,
    nodeId: nodeId!,
    memory: memory[nodeId!],
    loop: loopOf(session),
    country,
    say: (key, values) => textFor(key, language, values, own),
  };
}
