import { CrmflowError } from '../errors.ts';
import type { Json } from '../language/json.ts';
import { failed, type EffectContext, type Outcome, type PureKind } from '../nodes/node.ts';
import type { Wake } from '../nodes/wait.ts';
import { carriedBy } from '../knowledge/carried.ts';
import { begin } from '../session/begin.ts';
import { contextOf, play, playFrom, type Moment, type Played, type Spent } from '../session/play.ts';
import { stepAt } from '../session/draft.ts';
import type { Session } from '../session/session.ts';
import { compileFlow, type Flow } from '../workflow/flow.ts';
import { isFault, type Step } from '../workflow/step.ts';
import type { Exchange, ModelAnswer } from '../workflow/conversation.ts';
import type { Graph } from '../workflow/workflow.ts';
import { httpAnswers, modelAnswers } from './outside.ts';
import { decidingIn, hintsIn, type Hints } from './literals.ts';
import { httpThat, modelThat } from './script.ts';
import type { Samples } from './draft.ts';

/** A workflow on a stage: sessions are moved by the engine itself, and nothing outside is there. */
export interface Stage {
  trigger: string;
  steps: ReadonlyMap<string, Step>;
  /** Where a way leads. */
  targetOf(way: string): string | undefined;
  hints: Hints;
  /** The variables that the way of a conversation depends on. */
  deciding: ReadonlySet<string>;
  samples: Samples;
  /** Questions that the workflow carries answers to. */
  questions: readonly string[];
  begin(inputs: Record<string, Json>, now: Date): Moved;
  wake(session: Session, wake: Wake, now: Date): Moved;
  /** Runs the node at hand with the n-th thing that may come of the outside; `alternatives` is how many there are. */
  reach(at: Reaching, nth: number): Promise<Moved & Pick<Tried, 'http' | 'ai' | 'alternatives'>>;
}
/** Where a session came to, and by which ways out. */
export interface Moved {
  played: Played;
  ways: readonly string[];
}
export interface Reaching {
  session: Session;
  spent: Spent;
  now: Date;
  history: readonly { from: 'user' | 'bot'; text: string }[];
}
interface Tried {
  outcome: Outcome;
  http: Exchange[];
  ai: ModelAnswer[];
  alternatives: number;
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
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const targets = new Map(
    graph.edges.map(({ sourceNodeId, sourcePort, targetNodeId }) => [
      `${sourceNodeId}.${sourcePort}`,
      targetNodeId,
    ]),
  );
  const hints = hintsIn(flow.main.steps.values());
  const search = carriedBy(graph.knowledge);

  function moment(now: Date): Moment {
    const from = ticks();
    return { now, spentMs: () => ticks() - from };
  }
  function moved(work: () => Played): Moved {
    ways.length = 0;
    const played = work();
    return { played, ways: [...ways] };
  }

  async function tried({ session, now, history }: Reaching, nth: number): Promise<Tried> {
    const { kind, data } = stepAt(flow, session);
    if (kind.isPure) throw new CrmflowError('internal', `${kind.kind} reaches nowhere.`);
    const node = nodes.get(session.nodeId!)!;
    const expected = { node, samples: samples.get(node.id) ?? [], hints };
    const found: Omit<Tried, 'outcome'> = { http: [], ai: [], alternatives: 1 };
    /** The n-th of what may come; once, for what is asked after that depends on it. */
    function chosen<T>(all: readonly T[]): T {
      found.alternatives = Math.max(found.alternatives, all.length);
      return all[Math.min(nth, all.length - 1)]!;
    }
    const ctx: EffectContext = {
      ...contextOf(flow, session, now),
      http: httpThat(({ method, url }) => {
        const exchange = { method, url, ...chosen(httpAnswers(expected)) };
        found.http.push(exchange);
        return exchange;
      }),
      ai: modelThat((request) => {
        const answer = chosen(modelAnswers(expected, request));
        found.ai.push(answer);
        return answer;
      }),
      search: (question, among) => Promise.resolve(search(question, among).slice(0, among.limit)),
      secret: () => Promise.resolve(null),
      history: (lines) => Promise.resolve(history.slice(-lines)),
      stepId: 'draft',
      attempt: 1,
      signal: new AbortController().signal,
      stream: () => undefined,
      restart: () => undefined,
    };
    const { wake } = session;
    const outcome = await Promise.resolve()
      .then(() => (wake && kind.resume ? kind.resume(data, wake, ctx) : kind.run(data, ctx)))
      .catch((cause: unknown) => failed(cause, ctx.nodeId));
    return { outcome, ...found };
  }

  return {
    trigger: flow.main.trigger,
    steps: flow.main.steps,
    targetOf: (way) => targets.get(way),
    hints,
    deciding: decidingIn(flow.main.steps.values()),
    samples,
    questions: graph.knowledge.map(({ question }) => question),
    begin: (inputs, now) =>
      moved(() =>
        play(flow, begin(flow, { ...BEGINNING, inputs }, now.toISOString()).session, null, moment(now)),
      ),
    wake: (session, wake, now) => moved(() => play(flow, session, wake, moment(now))),
    async reach(at, nth) {
      const { outcome, ...found } = await tried(at, nth);
      const { session, spent, now } = at;
      const left = wayOf(stepAt(flow, session), outcome);
      const { played, ways: later } = moved(() =>
        playFrom(flow, session, outcome, { ...moment(now), spent }),
      );
      return { played, ways: [...(left ? [left] : []), ...later], ...found };
    },
  };
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
  const { port } = outcome;
  const taken = !step.ways.has(port) && isFault(step, port) ? 'error' : port;
  return step.ways.has(taken) ? `${step.id}.${taken}` : null;
}
