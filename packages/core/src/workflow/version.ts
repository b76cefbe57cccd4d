import { CrmflowError } from '../errors.ts';
import { allProblems } from './problems.ts';
import { callIn, readNode } from './step.ts';
import type { Graph, Version, VersionGraph } from './workflow.ts';

/** Finds a called workflow by the name the author gave; null when there is none he may use. */
export type FindSubflow = (name: string) => Promise<Graph | null>;

/** Every workflow a graph calls, and those they call, by the names they are called by. */
export async function subflowsOf(graph: Graph, find: FindSubflow): Promise<Record<string, Graph>> {
  const found = new Map<string, Graph>();
  const left = callsIn(graph);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue;
    const sub = await find(name);
    if (!sub) continue;
    found.set(name, sub);
    left.push(...callsIn(sub));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether everything that is called was found. */
export const isComplete = (graph: Graph, subflows: Record<string, Graph>): boolean =>
  [graph, ...Object.values(subflows)].every((each) =>
    callsIn(each).every((name) => Object.hasOwn(subflows, name)),
  );

const callsIn = ({ nodes }: Graph): string[] =>
  nodes
    .filter(({ type, data }) => type === 'logic' && data.kind === 'subflow')
    .flatMap((node) => {
      const read = readNode(node);
      const call = 'step' in read ? callIn(read.step) : undefined;
      return call ? [call.workflow] : [];
    });

/** The version a session started now runs on: a copy of all that decides how it goes. Refuses a graph with errors. */
export function versionOf(
  graph: Graph,
  subflows: Record<string, Graph>,
  hash: (text: string) => string,
): Version {
  const found = allProblems(graph, subflows);
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors[0]) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new CrmflowError('workflow_invalid', `${errors[0].message}${more}`, { problems: found });
  }
  const copy: VersionGraph = { ...stripped(graph), subflows: mapValues(subflows, stripped) };
  return { id: hash(canonical(copy)), graph: copy };
}

/** Where a box stands in an editor decides nothing: moving it makes no new version. */
const stripped = ({ nodes, edges, settings, knowledge }: Graph): Graph => ({
  nodes: nodes.map((node) => ({ ...node, positionX: 0, positionY: 0 })),
  edges,
  settings,
  knowledge,
});

const mapValues = <T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

/** JSON with sorted keys: the same content gives the same text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
