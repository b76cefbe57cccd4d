import { loopsIn, type Loops } from './loops.ts';
import { isEach, readNode, type SoundNode } from './step.ts';
import { reachedFrom, waysOf, type Ways } from './ways.ts';
import type { Graph, Node, Problem } from './workflow.ts';

/** A graph as its problems are looked for: each node is read once. */
export interface Look {
  graph: Graph;
  sound: ReadonlyMap<string, SoundNode>;
  /** The other nodes, with what is wrong with their data. */
  unsound: readonly { node: Node; problems: readonly Problem[] }[];
  ways: Ways;
  /** What a conversation can come to. */
  reached: ReadonlySet<string>;
  loops: Loops;
}

export function lookAt(graph: Graph): Look {
  const sound = new Map<string, SoundNode>();
  const unsound: Look['unsound'][number][] = [];
  for (const node of graph.nodes) {
    const read = readNode(node);
    if ('step' in read) sound.set(node.id, read.step);
    else unsound.push({ node, problems: read.problems });
  }
  const ways = waysOf(graph, sound);
  const triggers = graph.nodes.filter(({ type }) => type === 'trigger').map(({ id }) => id);
  const eachIds = [...sound.values()].filter(isEach).map(({ id }) => id);
  return {
    graph,
    sound,
    unsound,
    ways,
    reached: reachedFrom(triggers, ways),
    loops: triggers[0] === undefined ? new Map() : loopsIn(triggers[0], ways, eachIds),
  };
}
