import { nobody } from '../nodes/contact.ts';
import { failed, type Outcome, type PureKind } from '../nodes/node.ts';
import type { Wake } from '../nodes/wait.ts';
import { begin } from '../session/begin.ts';
import { stepAt } from '../session/draft.ts';
import { inputsOf } from '../session/inputs.ts';
import { play, playFrom, type Moment, type Played, type Spent } from '../session/play.ts';
import type { Session } from '../session/session.ts';
import { compileFlow, type Flow } from '../workflow/flow.ts';
import { wayTaken, type Step } from '../workflow/step.ts';
import type { Graph } from '../workflow/workflow.ts';
import { beginningsOf, type Beginning } from './beginnings.ts';
import type { Samples } from './draft.ts';
import { decidingIn, hintsIn, type Hints } from './literals.ts';
import type { Values } from './variants.ts';
import { createOutside, type Standing, type Tried } from './outside.ts';

/** A workflow on a stage: sessions are moved by the engine itself, and nothing outside is there. */
export interface Stage {
  trigger: string;
  steps: ReadonlyMap<string, Step>;
  hints: Hints;
  /** The variables that the way of a conversation depends on. */
  deciding: ReadonlySet<string>;
  samples: Samples;
  /** Questions that the workflow carries answers to. */
  questions: readonly string[];
  beginnings: readonly Beginning[];
  begin(beginning: Beginning): Moved;
  wake(session: Session, wake: Wake, now: Date): Moved;
  /** Runs the node at hand with the n-th thing that may come of the outside; `alternatives` is how many there are. */
  reach(at: Reaching, nth: number): Promise<Moved & Omit<Tried, 'outcome'>>;
}
/** Where a session came to, and by which ways out. */
export interface Moved {
  played: Played;
  ways: readonly string[];
}
export interface Reaching extends Standing {
  spent: Spent;
}

/** Of a turn in a rehearsal: whoever needs more goes round in circles. */
const LIMITS = { stepsPerTurn: 500, turnMs: 250, callsPerTurn: 20, variableBytes: 64_000 };

/** `ticks` count milliseconds. @throws what a workflow with errors throws */
export async function stageFor(graph: Graph, samples: Samples, ticks: () => number): Promise<Stage> {
  const { settings } = graph;
  const limited = { ...settings, limits: { ...settings.limits, ...LIMITS } };
  const made = compileFlow({ id: 'draft', graph: { ...graph, settings: limited, subflows: {} } });
  await made.ready;
  const { flow, ways } = watched(made);
  const hints = hintsIn(flow.main.steps.values());
  const deciding = decidingIn(flow.main.steps.values());
  const outside = createOutside(flow, { graph, samples, hints });

  function moment(now: Date): Moment {
    const from = ticks();
    return { now, spentMs: () => ticks() - from };
  }
  function moved(work: () => Played): Moved {
    ways.length = 0;
    const played = work();
    return { played, ways: [...ways] };
  }

  return {
    trigger: flow.main.trigger,
    steps: flow.main.steps,
    hints,
    deciding,
    samples,
    questions: graph.knowledge.map(({ question }) => question),
    beginnings: beginningsOf(graph, { samples, hints, deciding }).filter(({ variables }) =>
      mayBegin(flow, variables),
    ),
    begin: ({ at, variables, contact }) =>
      moved(() => {
        const who = contact && { contact: { id: 'contact', person: { ...nobody(), ...contact } } };
        const { session } = begin(flow, { ...BEGINNING, ...who, inputs: { ...variables } }, at);
        return play(flow, session, null, moment(new Date(at)));
      }),
    wake: (session, wake, now) => moved(() => play(flow, session, wake, moment(now))),
    async reach(at, nth) {
      const { outcome, ...found } = await outside(at, nth);
      const { session, spent, now } = at;
      const left = wayOf(stepAt(flow, session), outcome);
      const { played, ways: later } = moved(() =>
        playFrom(flow, session, outcome, { ...moment(now), spent }),
      );
      return { played, ways: [...(left ? [left] : []), ...later], ...found };
    },
  };
}

/** Samples may hold what the trigger does not take. */
function mayBegin({ main }: Flow, variables: Values): boolean {
  try {
    return Boolean(inputsOf(main, variables));
  } catch {
    return false;
  }
}

const BEGINNING = {
  id: 'draft',
  workflowId: 'draft',
  userId: null,
  starterId: null,
  tokenHash: '',
  mode: 'auto',
} as const;

/** A flow whose nodes tell by which way they are left. */
function watched(flow: Flow): { flow: Flow; ways: string[] } {
  const ways: string[] = [];
  const watch = (step: Step): Step => {
    const { kind } = step;
    if (!kind.isPure) return step;
    const heard = (decide: () => Outcome): Outcome => {
      const outcome = decided(decide, step.id);
      const way = wayOf(step, outcome);
      if (way) ways.push(way);
      return outcome;
    };
    const { run, resume } = kind;
    const told: PureKind = {
      ...kind,
      run: (data, ctx) => heard(() => run(data, ctx)),
      ...(resume && { resume: (data, wake, ctx) => heard(() => resume(data, wake, ctx)) }),
    };
    return { ...step, kind: told };
  };
  const steps = new Map([...flow.main.steps].map(([id, step]) => [id, watch(step)]));
  return { flow: { ...flow, main: { ...flow.main, steps } }, ways };
}

function decided(decide: () => Outcome, nodeId: string): Outcome {
  try {
    return decide();
  } catch (cause) {
    return failed(cause, nodeId);
  }
}

/** `node.port` as it is wired; null for a node that stands still, or goes where no edge leads. */
function wayOf(step: Step, outcome: Outcome): string | null {
  if (outcome.kind !== 'next') return null;
  const way = wayTaken(step, outcome.port);
  return step.ways.has(way) ? `${step.id}.${way}` : null;
}
