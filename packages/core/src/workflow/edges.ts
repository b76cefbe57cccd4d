import { didYouMean } from '../language/closest.ts';
import type { Callables } from './called.ts';
import type { Look } from './look.ts';
import { callIn, portsOf, type SoundNode } from './step.ts';
import type { Edge, Problem } from './workflow.ts';

/** Whoever has more edges to nothing than this has not mistyped a name. */
const MOST_HINTS = 50;

/** Edges from or to nothing, from ports that are not there, and two from one port. */
export function wrongEdges({ graph: { nodes, edges }, sound }: Look, callables: Callables | null): Problem[] {
  const ids = new Set(nodes.map(({ id }) => id));
  const taken = new Map<string, Edge>();
  let hints = 0;
  const hint = (id: string) => (hints++ < MOST_HINTS ? didYouMean(id, ids) : '');
  return edges.flatMap((edge): Problem[] => {
    const { id: edgeId, sourceNodeId, sourcePort, targetNodeId } = edge;
    const at = { severity: 'error', edgeId } as const;
    if (!ids.has(sourceNodeId))
      return [
        {
          ...at,
          message: `The edge ${edgeId} begins at ${sourceNodeId}, which is not there.${hint(sourceNodeId)}`,
        },
      ];
    if (!ids.has(targetNodeId))
      return [
        {
          ...at,
          nodeId: sourceNodeId,
          message: `The edge ${edgeId} leads from ${sourceNodeId} to ${targetNodeId}, which is not there.${hint(targetNodeId)}`,
        },
      ];
    const step = sound.get(sourceNodeId);
    const ports = step && waysOut(step, callables);
    if (ports && !ports.includes(sourcePort))
      return [
        {
          ...at,
          nodeId: sourceNodeId,
          message: `${sourceNodeId} has no port ${sourcePort}. It has: ${ports.join(', ')}.`,
        },
      ];
    const key = `${sourceNodeId}\n${sourcePort}`;
    const first = taken.get(key);
    taken.set(key, first ?? edge);
    if (first && first.targetNodeId !== targetNodeId)
      return [
        {
          ...at,
          nodeId: sourceNodeId,
          message: `Two edges leave ${sourceNodeId} by ${sourcePort}: to ${first.targetNodeId} and to ${targetNodeId}.`,
        },
      ];
    return [];
  });
}

/** The ports an edge may begin at: of a call those of its outcomes too. Undefined when what it calls is not known. */
function waysOut(step: SoundNode, callables: Callables | null): readonly string[] | undefined {
  const call = callIn(step);
  if (!call) return portsOf(step);
  const called = callables?.get(call.workflow);
  return called && [...new Set(['out', ...called.outcomes, 'error'])];
}
