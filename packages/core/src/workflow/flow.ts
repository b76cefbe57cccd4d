import { kindOf, defaultKind, nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import type { NodeType } from '../nodes/types.ts';
import { didYouMean } from '../language/closest.ts';
import {
  Settings,
  type Graph,
  type Node,
  type Problem,
  type QuestionAndAnswer,
  type Version,
} from './workflow.ts';

/** A node made ready to run: its data compiled, its ways out looked up. */
export interface Step {
  readonly id: string;
  readonly label: string;
  readonly kind: NodeKind;
  readonly data: unknown;
  readonly ways: ReadonlyMap<string, string>;
  /** What anyone may see of it; one object for all sessions. */
  readonly view: {
    readonly id: string;
    readonly type: NodeType;
    readonly kind: string;
    readonly label: string;
  };
}
/** A graph made ready to run. */
export interface Plan {
  /** Null for the workflow itself, else the name it is called by. */
  readonly name: string | null;
  readonly trigger: string;
  readonly steps: ReadonlyMap<string, Step>;
}
/** A version made ready to run, once for all its sessions. */
export interface Flow {
  readonly versionId: string;
  readonly main: Plan;
  readonly subflows: ReadonlyMap<string, Plan>;
  readonly settings: Settings;
  readonly knowledge: readonly QuestionAndAnswer[];
  /** Once the libraries that read answers are at hand: before a session is given one. */
  readonly ready: Promise<unknown>;
}

/** A node by itself: what it is, without its ways. */
export type SoundNode = Omit<Step, 'ways'>;

/** A node whose data is sound, or what is wrong with it. */
export function readNode(node: Node): { step: SoundNode } | { problems: Problem[] } {
  const at = { severity: 'error', nodeId: node.id } as const;
  const { kind: name = defaultKind[node.type], ...data } = node.data;
  const kind = typeof name === 'string' ? kindOf(node.type, name) : undefined;
  if (!kind) {
    const known = nodeKinds.filter(({ type }) => type === node.type).map((each) => each.kind);
    const message = `${node.id}: there is no ${node.type} node of the kind ${JSON.stringify(name)}.${didYouMean(String(name), known) || ` Known: ${known.join(', ')}.`}`;
    return { problems: [{ ...at, field: 'kind', message }] };
  }
  const parsed = kind.data.safeParse(data);
  if (parsed.success) {
    const { id, label } = node;
    const view = Object.freeze({ id, type: kind.type, kind: kind.kind, label });
    return { step: { id, label, kind, data: parsed.data, view } };
  }
  return {
    problems: parsed.error.issues.map((issue) => {
      const field = issue.path.join('.');
      return {
        ...at,
        ...(field && { field }),
        message: `${node.id}${field && `, ${field}`}: ${issue.message}`,
      };
    }),
  };
}

/** The ways out a node has: its own and `error`. */
export const portsOf = ({ kind, data }: Pick<Step, 'kind' | 'data'>): readonly string[] => [
  ...(kind.ports?.(data) ?? ['out']),
  'error',
];

function planOf(name: string | null, graph: Graph): Plan {
  const ways = new Map<string, Map<string, string>>(graph.nodes.map(({ id }) => [id, new Map()]));
  for (const edge of graph.edges) ways.get(edge.sourceNodeId)?.set(edge.sourcePort, edge.targetNodeId);
  const steps = new Map<string, Step>();
  for (const node of graph.nodes) {
    const read = readNode(node);
    if ('step' in read) steps.set(node.id, { ...read.step, ways: ways.get(node.id)! });
  }
  const trigger = graph.nodes.find(({ type }) => type === 'trigger')!;
  return { name, trigger: trigger.id, steps };
}

/** Makes a sound version ready to run. Only for graphs without errors. */
export function compileFlow({ id, graph }: Version): Flow {
  const main = planOf(null, graph);
  const subflows = new Map(Object.entries(graph.subflows).map(([name, sub]) => [name, planOf(name, sub)]));
  const kinds = new Set(
    [main, ...subflows.values()].flatMap(({ steps }) => [...steps.values()].map(({ kind }) => kind)),
  );
  const ready = Promise.all([...kinds].flatMap((kind) => (kind.load ? [kind.load()] : [])));
  // Whoever reads an answer waits for it and hears of a failure; nobody may.
  ready.catch(() => undefined);
  // A version that an earlier release kept has none of the settings that are new.
  const settings = Settings.parse(graph.settings);
  return { versionId: id, main, subflows, settings, knowledge: graph.knowledge, ready };
}

/** The plan a session is in: the workflow's own or a called one's. */
export const planAt = (flow: Flow, name: string | null): Plan =>
  name === null ? flow.main : flow.subflows.get(name)!;
