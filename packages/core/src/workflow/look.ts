import { loopsIn, type Loops } from './loops.ts';
import { isEach, readNode, type SoundNode } from './step.ts';
import { reachedFrom, waysOf, type Ways } from './ways.ts';
import type { Graph, Problem } from './workflow.ts';

/** A graph as its problems are looked for: each node is read once. */
export interface Look {
  graph: Graph;
  sound: ReadonlyMap<string, SoundNode>;
  /** What is wrong with the data of nodes that are not sound. */
  unsound: readonly Problem[];
  ways: Ways;
  /** What a conversation can come to. */
  reached: ReadonlySet<string>;
  loops: Loops;
}

export function lookAt(graph: Graph): Look {
  const read = graph.nodes.map(readNode);
  const sound = new Map(read.flatMap((each) => ('step' in each ? [[each.step.id, each.step] as const] : [])));
  const ways = waysOf(graph, sound);
  const triggers = graph.nodes.filter(({ type }) => type === 'trigger').map(({ id }) => id);
  const eachIds = [...sound.values()].filter(isEach).map(({ id }) => id);
  return {
    graph,
    sound,
    unsound: read.flatMap((each) => ('problems' in each ? each.problems : [])),
    ways,
    reached: reachedFrom(triggers, ways),
    loops: triggers[0] === undefined ? new Map() : loopsIn(triggers[0], ways, eachIds),
  };
}
