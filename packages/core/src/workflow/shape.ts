import type { Callables } from './called.ts';
import { isInLoop } from './loops.ts';
import type { Look } from './look.ts';
import { rings } from './rings.ts';
import { asideOf, callIn, isEach, mayStand, isFault, portsOf, type SoundNode } from './step.ts';
import { reachedFrom, turned, type Way, type Ways } from './ways.ts';
import type { Problem } from './workflow.ts';

/** Rings of nodes among which nobody waits: an error when there is no way out, else a warning. The loop of an `each` is bounded. */
export function loopsWithoutWait(look: Look, callables: Callables | null): Problem[] {
  const { ways, sound, loops } = look;
  const isQuick = quickIn(look, callables);
  /** Back to an `each` from inside its loop: that is the next item. */
  const isNextItem = (id: string, { to, port }: Way) =>
    isEach(sound.get(to)!) && (id === to ? port === 'item' : isInLoop(loops, id, to));
  const quick: Ways = new Map(
    [...ways]
      .filter(([id]) => isQuick(id))
      .map(([id, out]) => [id, out.filter((way) => isQuick(way.to) && !isNextItem(id, way))]),
  );
  return rings(quick).map((ring) => {
    const names = ring.length > 6 ? `${ring.slice(0, 6).join(' → ')} → …` : [...ring, ring[0]].join(' → ');
    const mayStandAt = ring.find((id) => mayStand(sound.get(id)!));
    if (mayStandAt !== undefined)
      return {
        severity: 'warning',
        nodeId: mayStandAt,
        message: `${names}: this loop waits for nobody when it need not wait at ${mayStandAt}; then the step limit ends the session.`,
      };
    const leaves = isLeft(ring, look);
    return {
      severity: leaves ? 'warning' : 'error',
      nodeId: ring[0]!,
      message: leaves
        ? `${names}: this loop waits for nobody; if its condition never holds, the step limit ends the session.`
        : `${names}: this loop waits for nobody and never ends. Add a listen node, or a way out.`,
    };
  });
}

/** Whether a node goes on at once. One that calls or jumps aside waits when what it leads to may; what nobody looked up may. */
function quickIn({ ways, sound }: Look, callables: Callables | null): (id: string) => boolean {
  const callWaits = (step: SoundNode) => {
    const call = callIn(step);
    return call !== undefined && callables?.get(call.workflow)?.mayWait !== false;
  };
  const waiting = [...sound.values()].filter((step) => mayStand(step) || callWaits(step));
  const leadsToWait = reachedFrom(
    waiting.map(({ id }) => id),
    turned(ways),
  );
  return (id) => {
    const step = sound.get(id);
    if (!step || step.kind.waits?.(step.data) || callWaits(step)) return false;
    const aside = asideOf(step);
    return aside === undefined || !leadsToWait.has(aside);
  };
}

function isLeft(ring: readonly string[], { ways, sound }: Look): boolean {
  const inside = new Set(ring);
  return ring.some((id) => {
    const out = ways.get(id)!;
    const step = sound.get(id)!;
    const isOpen = portsOf(step).some(
      (port) => !isFault(step, port) && !out.some((way) => way.port === port),
    );
    return isOpen || out.some(({ to, port }) => !inside.has(to) && !isFault(step, port));
  });
}

/** Loops that are left by their first step: what the item leads to is come to from elsewhere as well. */
export function brokenLoops({ ways, sound, loops, reached }: Look): Problem[] {
  return [...sound.values()]
    .filter((step) => isEach(step) && reached.has(step.id))
    .flatMap(({ id }) =>
      ways
        .get(id)!
        .filter(({ to, port }) => port === 'item' && to !== id && !isInLoop(loops, to, id))
        .map(({ to }): Problem => ({
          severity: 'warning',
          nodeId: id,
          message: `${id} leads by item to ${to}, which other ways lead to as well: that ends the loop after its first item. Give the loop a node of its own there.`,
        })),
    );
}

/** Nodes no conversation can come to. */
export function unreachable({ graph: { nodes }, reached }: Look): Problem[] {
  if (!nodes.some(({ type }) => type === 'trigger')) return [];
  return nodes
    .filter(({ id }) => !reached.has(id))
    .map(({ id }) => ({ severity: 'warning', nodeId: id, message: `No way leads to ${id}.` }));
}

/** Ways out that lead nowhere: the conversation ends there, which may be meant. In the loop of an `each` it leads to the next item. */
export function deadEnds({ graph, sound, loops }: Look): Problem[] {
  const wired = new Set(graph.edges.map(({ sourceNodeId, sourcePort }) => `${sourceNodeId}\n${sourcePort}`));
  return [...sound.values()]
    .filter(({ id }) => !loops.has(id))
    .flatMap((step) =>
      portsOf(step)
        .filter((port) => !isFault(step, port) && !wired.has(`${step.id}\n${port}`))
        .map((port): Problem => ({
          severity: 'warning',
          nodeId: step.id,
          message: `${step.id} leads nowhere by ${port}: the conversation ends there. An end node would say so.`,
        })),
    );
}
