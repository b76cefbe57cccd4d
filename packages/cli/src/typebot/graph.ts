import type { Data, Piece, Place } from './made.ts';
import type { Bot } from './shape.ts';
import type { Step } from './steps.ts';

/** A node and an edge of the file that is written. */
export interface FileNode {
  id: string;
  type: Piece['type'];
  positionX: number;
  positionY: number;
  data: Data;
}
export interface Graph {
  nodes: FileNode[];
  /** `a -> b`, `a.port -> b`. */
  edges: string[];
}

interface Spot {
  group: number;
  block: number;
}
/** How far below each other the nodes of a group are drawn. */
const APART = 140;
const END = 'end';

/** Puts a bot together: its nodes, and the lines between them. */
export function graphOf(
  bot: Bot,
  steps: readonly (readonly Step[])[],
  start: Spot | undefined,
  from: string,
): Graph {
  const find = finderOf(bot, steps);
  const edges: string[] = [];
  const jumps: string[] = [];
  const wire = (source: string, to = END) => void edges.push(`${source} -> ${to}`);

  wire(from, find.entry(start));
  const nodes = bot.groups.flatMap(({ graphCoordinates: at = { x: 0, y: 0 } }, group) => {
    let row = 0;
    return steps[group]!.flatMap(({ made, ids, note, outgoingEdgeId }, block) => {
      if (made.kind !== 'pieces') return [];
      const by = (edgeId: string | null | undefined) =>
        edgeId === null ? END : find.entry(find.after({ group, block }, edgeId, note));
      const on = () => by(outgoingEdgeId);
      return made.pieces.map(({ type, data, ways = [], hasOut = true, goesOn, jumpsTo }, part): FileNode => {
        const id = ids[part]!;
        for (const { port, edgeId } of ways) wire(`${id}.${port}`, edgeId === undefined ? on() : by(edgeId));
        if (hasOut) wire(id, ids[part + 1] ?? on());
        if (goesOn) wire(`${id}.error`, on());
        const to = jumpsTo && { to: find.entry(find.at(jumpsTo, note)) ?? END };
        if (to) jumps.push(`${id} ${to.to}`);
        return {
          ...{ id, type },
          positionX: Math.round(at.x),
          positionY: Math.round(at.y) + APART * row++,
          data: { ...data, ...to },
        };
      });
    });
  });
  // Where every way goes round there is no end.
  if (![...edges, ...jumps].some((line) => line.endsWith(` ${END}`))) return { nodes, edges };
  const positionX = nodes.reduce((furthest, node) => Math.max(furthest, node.positionX), 0) + 350;
  const end: FileNode = { id: END, type: 'logic', positionX, positionY: 0, data: { kind: 'end' } };
  return { nodes: [...nodes, end], edges };
}

type Note = Step['note'];
/** Finds where a line leads. */
function finderOf(bot: Bot, steps: readonly (readonly Step[])[]) {
  const edges = firstOf(bot.edges.map((edge) => [edge.id, edge]));
  const groups = firstOf(bot.groups.map(({ id }, at) => [id, at]));

  /** A block of a group; its first where none is named. */
  function at({ groupId, blockId }: Place, note: Note): Spot | undefined {
    const group = groups.get(groupId ?? '');
    if (group === undefined)
      return (note('leads to a group that is not there; the conversation ends.'), undefined);
    const block = blockId === undefined ? 0 : bot.groups[group]!.blocks.findIndex(({ id }) => id === blockId);
    if (block < 0) note('leads to a block that is not there; the group is begun at its start.');
    return { group, block: Math.max(0, block) };
  }
  /** What comes after a block: where its line leads, else the next block of its group. */
  function after({ group, block }: Spot, edgeId: string | undefined, note: Note): Spot | undefined {
    if (edgeId === undefined)
      return block + 1 < steps[group]!.length ? { group, block: block + 1 } : undefined;
    const edge = edges.get(edgeId);
    if (edge) return at(edge.to, note);
    return (note('has a line that leads nowhere; the conversation ends.'), undefined);
  }
  const known = new Map<Step, string | undefined>();
  /** The first node from a block on; none where the conversation ends. */
  function entry(from: Spot | undefined): string | undefined {
    const passed = new Set<Step>();
    const found = walk(from, passed);
    for (const step of passed) known.set(step, found);
    return found;
  }
  function walk(from: Spot | undefined, passed: Set<Step>): string | undefined {
    for (let spot = from; spot;) {
      const step: Step | undefined = steps[spot.group]?.[spot.block];
      if (step === undefined || known.has(step)) return step && known.get(step);
      if (passed.has(step))
        return (step.note('goes round without anything that stands here; the conversation ends.'), undefined);
      passed.add(step);
      const [first] = step.ids;
      if (first !== undefined) return first;
      const { made, outgoingEdgeId, note } = step;
      spot = made.kind === 'leads' ? at(made, note) : after(spot, outgoingEdgeId, note);
    }
    return undefined;
  }
  return { at, after, entry };
}

/** Of two with one id the first counts. */
const firstOf = <T>(pairs: (readonly [string, T])[]): ReadonlyMap<string, T> => new Map([...pairs].reverse());
