import { CrmflowError } from '../errors.ts';
import { carriedBy } from '../knowledge/carried.ts';
import { failed, type EffectContext, type Outcome } from '../nodes/node.ts';
import { stepAt } from '../session/draft.ts';
import { contextOf } from '../session/play.ts';
import type { Secret } from '../ports.ts';
import type { Session } from '../session/session.ts';
import type { Exchange, ModelAnswer } from '../workflow/conversation.ts';
import { countriesOf } from '../workflow/countries.ts';
import type { Flow } from '../workflow/flow.ts';
import type { Graph } from '../workflow/workflow.ts';
import { httpAnswers, modelAnswers } from './answers.ts';
import type { Samples } from './draft.ts';
import type { Hints } from './literals.ts';
import { httpThat, modelThat, knownKeys, takingMail } from './script.ts';

/** A session before a node that reaches outside. */
export interface Standing {
  session: Session;
  now: Date;
  history: readonly { from: 'user' | 'bot'; text: string }[];
}
/** What a node decided, and what was answered to it. */
export interface Tried {
  outcome: Outcome;
  http: Exchange[];
  ai: ModelAnswer[];
  /** How many things may come of the outside here. */
  alternatives: number;
}
interface Known {
  graph: Graph;
  samples: Samples;
  hints: Hints;
}

/** Runs nodes that reach outside for themselves, with the n-th thing that may come of it. Nothing leaves the process. */
export function createOutside(flow: Flow, { graph, samples, hints }: Known) {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const search = carriedBy(graph.knowledge);

  return async function outside({ session, now, history }: Standing, nth: number): Promise<Tried> {
    const { kind, data } = stepAt(flow, session);
    if (kind.isPure) throw new CrmflowError('internal', `${kind.type}/${kind.kind} reaches nowhere.`);
    const node = nodes.get(session.nodeId!)!;
    const expected = { node, samples: samples.get(node.id) ?? [], hints };
    const found: Omit<Tried, 'outcome'> = { http: [], ai: [], alternatives: 1 };
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
      mail: takingMail,
      countries: countriesOf(flow.main.settings),
      mayReach: () => Promise.resolve(true),
      hasWithdrawn: () => Promise.resolve(false),
      noteWithdrawn: () => Promise.resolve(),
      secret: (service) => Promise.resolve(secretFor(service)),
      callback: () => ({ hook: session.step, url: `https://crm.example.com/hooks/${session.step}` }),
      publish: () => Promise.resolve({ kind: 'published', url: 'https://crm.example.com/files/1' }),
      history: (lines) => Promise.resolve(history.slice(-lines)),
      ...ALONE,
    };
    const { wake } = session;
    const outcome = await Promise.resolve()
      .then(() => (wake && kind.resume ? kind.resume(data, wake, ctx) : kind.run(data, ctx)))
      .catch((cause: unknown) => failed(cause, ctx.nodeId));
    return { outcome, ...found };
  };
}

function secretFor(service: string): Secret | null {
  const parts = knownKeys[service];
  return parts ? { parts, host: null } : null;
}

/** Nobody watches, and nothing is stored. */
const ALONE: Pick<EffectContext, 'stepId' | 'partId' | 'attempt' | 'signal' | 'stream' | 'restart'> = {
  stepId: 'rehearsal',
  partId: (what) => `rehearsal:${what}`,
  attempt: 1,
  signal: new AbortController().signal,
  stream: () => undefined,
  restart: () => undefined,
};
