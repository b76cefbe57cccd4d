import { portsOf, type SoundNode } from './flow.ts';
import type { Graph, Problem } from './workflow.ts';

/** A way from a node to another: by an edge, or by a jump. */
interface Way {
  to: string;
  port: string;
}
export type Ways = ReadonlyMap<string, readonly Way[]>;

export function waysOf({ nodes, edges }: Graph, sound: ReadonlyMap<string, SoundNode>): Ways {
  const ways = new Map<string, Way[]>(nodes.map(({ id }) => [id, []]));
  for (const { sourceNodeId, sourcePort, targetNodeId } of edges) {
    const step = sound.get(sourceNodeId);
    const isWay = ways.has(targetNodeId) && (!step || portsOf(step).includes(sourcePort));
    if (isWay) ways.get(sourceNodeId)?.push({ to: targetNodeId, port: sourcePort });
  }
  for (const { id, kind, data } of sound.values())
    for (const to of kind.targets?.(data) ?? []) if (ways.has(to)) ways.get(id)!.push({ to, port: 'jump' });
  return ways;
}

/** Rings of nodes among which nobody waits: an error when there is no way out, else a warning. The loop of an `each` is bounded. */
export function loopsWithoutWait(ways: Ways, sound: ReadonlyMap<string, SoundNode>): Problem[] {
  const isQuick = (id: string) => {
    const step = sound.get(id);
    return step !== undefined && step.kind.waits?.(step.data) !== true;
  };
  const quick: Ways = new Map(
    [...ways]
      .filter(([id]) => isQuick(id))
      .map(([id, out]) => {
        const isEach = sound.get(id)!.kind.kind === 'each';
        return [id, out.filter(({ to, port }) => isQuick(to) && !(isEach && port === 'item'))];
      }),
  );
  return rings(quick).map((ring) => {
    const inside = new Set(ring);
    const leaves = ring.some((id) => {
      const out = ways.get(id)!;
      const isOpen = portsOf(sound.get(id)!).some(
        (port) => port !== 'error' && !out.some((way) => way.port === port),
      );
      return isOpen || out.some(({ to, port }) => !inside.has(to) && port !== 'error');
    });
    const names = ring.length > 6 ? `${ring.slice(0, 6).join(' → ')} → …` : [...ring, ring[0]].join(' → ');
    return {
      severity: leaves ? 'warning' : 'error',
      nodeId: ring[0]!,
      message: leaves
        ? `${names}: this loop waits for nobody; if its condition never holds, the step limit ends the session.`
        : `${names}: this loop waits for nobody and never ends. Add a listen node, or a way out.`,
    };
  });
}

/** The strongly connected parts that hold a cycle, each in order of discovery. Tarjan's algorithm, without recursion. */
function rings(ways: Ways): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  for (const root of ways.keys()) {
    if (index.has(root)) continue;
    const work: { id: string; next: number }[] = [{ id: root, next: 0 }];
    while (work.length) {
      const top = work.at(-1)!;
      const { id } = top;
      if (top.next === 0) {
        low.set(id, index.size);
        index.set(id, index.size);
        stack.push(id);
        onStack.add(id);
      }
      const out = ways.get(id)!;
      const way = out[top.next++];
      if (way) {
        if (!index.has(way.to)) work.push({ id: way.to, next: 0 });
        else if (onStack.has(way.to)) low.set(id, Math.min(low.get(id)!, index.get(way.to)!));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low.set(parent.id, Math.min(low.get(parent.id)!, low.get(id)!));
      if (low.get(id) !== index.get(id)) continue;
      const part = stack.splice(stack.lastIndexOf(id));
      for (const each of part) onStack.delete(each);
      if (part.length > 1 || out.some(({ to }) => to === id)) found.push(part);
    }
  }
  return found;
}

function reachedFrom(starts: readonly string[], ways: Ways): Set<string> {
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

/** Nodes no conversation can come to. */
export function unreachable({ nodes }: Graph, ways: Ways): Problem[] {
  const starts = nodes.filter(({ type }) => type === 'trigger').map(({ id }) => id);
  if (!starts.length) return [];
  const reached = reachedFrom(starts, ways);
  return nodes
    .filter(({ id }) => !reached.has(id))
    .map(({ id }) => ({ severity: 'warning', nodeId: id, message: `No way leads to ${id}.` }));
}

/** Ways out that lead nowhere: the conversation ends there, which may be meant. Inside an `each` it leads to the next item. */
export function deadEnds(graph: Graph, sound: ReadonlyMap<string, SoundNode>): Problem[] {
  const wired = new Set(graph.edges.map(({ sourceNodeId, sourcePort }) => `${sourceNodeId}\n${sourcePort}`));
  const ways = waysOf(graph, sound);
  const bodies = [...sound.values()]
    .filter(({ kind }) => kind.kind === 'each')
    .flatMap(({ id }) =>
      ways
        .get(id)!
        .filter(({ port }) => port === 'item')
        .map(({ to }) => to),
    );
  const inBody = reachedFrom(bodies, ways);
  return [...sound.values()].flatMap((step) =>
    portsOf(step)
      .filter((port) => port !== 'error' && !wired.has(`${step.id}\n${port}`) && !inBody.has(step.id))
      .map((port): Problem => ({
        severity: 'warning',
        nodeId: step.id,
        message: `${step.id} leads nowhere by ${port}: the conversation ends there. An end node would say so.`,
      })),
  );
}
