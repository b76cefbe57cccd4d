import { callIn, portsOf, type SoundNode } from './step.ts';
import type { Graph } from './workflow.ts';

/** A way from a node to another: by an edge, or by a jump. */
export interface Way {
  to: string;
  port: string;
}
export type Ways = ReadonlyMap<string, readonly Way[]>;

/** The ways of a graph by where they begin; edges from ports that are not there are none. A call has a port for each outcome. */
export function waysOf({ nodes, edges }: Graph, sound: ReadonlyMap<string, SoundNode>): Ways {
  const ways = new Map<string, Way[]>(nodes.map(({ id }) => [id, []]));
  for (const { sourceNodeId, sourcePort, targetNodeId } of edges) {
    const step = sound.get(sourceNodeId);
    const hasPort = !step || callIn(step) !== undefined || portsOf(step).includes(sourcePort);
    if (hasPort && ways.has(targetNodeId))
      ways.get(sourceNodeId)?.push({ to: targetNodeId, port: sourcePort });
  }
  for (const { id, kind, data } of sound.values())
    for (const to of kind.targets?.(data) ?? []) if (ways.has(to)) ways.get(id)!.push({ to, port: 'jump' });
  return ways;
}

/** The nodes one can come to from these, with themselves. */
export function reachedFrom(starts: readonly string[], ways: Ways): Set<string> {
  const reached = new Set(starts);
  const left = [...starts];
  for (let id = left.pop(); id !== undefined; id = left.pop())
    for (const { to } of ways.get(id) ?? [])
      if (!reached.has(to)) {
        reached.add(to);
        left.push(to);
      }
  return reached;
}

/** The same ways, walked the other way round. */
export function turned(ways: Ways): Ways {
  const back = new Map<string, Way[]>([...ways.keys()].map((id) => [id, []]));
  for (const [id, out] of ways) for (const { to, port } of out) back.get(to)!.push({ to: id, port });
  return back;
}
