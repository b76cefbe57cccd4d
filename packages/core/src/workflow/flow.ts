import { loopsIn, type Loops } from './loops.ts';
import { isEach, readNode, unreadable, type Step } from './step.ts';
import { waysOf } from './ways.ts';
import { Settings, type Graph, type QuestionAndAnswer, type Version } from './workflow.ts';

/** A graph made ready to run. */
export interface Plan {
  /** Null for the workflow itself, else the name it is called by. */
  readonly name: string | null;
  readonly trigger: string;
  readonly steps: ReadonlyMap<string, Step>;
  readonly loops: Loops;
  /** How it reads and writes; limits, commands and debouncing are the workflow's that was started. */
  readonly settings: Settings;
  readonly knowledge: readonly QuestionAndAnswer[];
}
/** A version made ready to run, once for all its sessions. */
export interface Flow {
  readonly versionId: string;
  readonly main: Plan;
  readonly subflows: ReadonlyMap<string, Plan>;
  /** Once the libraries that read answers are at hand: before a session is given one. */
  readonly ready: Promise<unknown>;
}

function planOf(name: string | null, graph: Graph): Plan {
  const ways = new Map<string, Map<string, string>>(graph.nodes.map(({ id }) => [id, new Map()]));
  for (const edge of graph.edges) ways.get(edge.sourceNodeId)?.set(edge.sourcePort, edge.targetNodeId);
  const steps = new Map<string, Step>();
  for (const node of graph.nodes) {
    const read = readNode(node);
    const step = 'step' in read ? read.step : unreadable(node, read.problems);
    steps.set(node.id, { ...step, ways: ways.get(node.id)! });
  }
  const trigger = graph.nodes.find(({ type }) => type === 'trigger')!.id;
  // A version that an earlier release kept has none of the settings that are new.
  const settings = Settings.parse(graph.settings);
  const { knowledge } = graph;
  return { name, trigger, steps, loops: loopsOf(trigger, graph, steps), settings, knowledge };
}

function loopsOf(trigger: string, graph: Graph, steps: Plan['steps']): Loops {
  const eachIds = [...steps.values()].filter(isEach).map(({ id }) => id);
  return eachIds.length ? loopsIn(trigger, waysOf(graph, steps), eachIds) : new Map();
}

/** Makes a version ready to run. It was sound for the release that kept it. */
export function compileFlow({ id, graph }: Version): Flow {
  const main = planOf(null, graph);
  const subflows = new Map(Object.entries(graph.subflows).map(([name, sub]) => [name, planOf(name, sub)]));
  const steps = [main, ...subflows.values()].flatMap((plan) => [...plan.steps.values()]);
  const loading = steps.flatMap(({ kind, data }) => kind.load?.(data) ?? []);
  const ready = Promise.all(loading);
  // Whoever reads an answer waits for it and hears of a failure; nobody may.
  ready.catch(() => undefined);
  return { versionId: id, main, subflows, ready };
}

/** The plan a session is in: the workflow's own or a called one's. */
export const planAt = (flow: Flow, name: string | null): Plan =>
  name === null ? flow.main : flow.subflows.get(name)!;
