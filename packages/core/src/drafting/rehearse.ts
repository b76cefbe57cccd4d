import type { ExpectedConversation } from '../workflow/conversation.ts';
import { isOpen } from '../session/session.ts';
import { isFault, portsOf } from '../workflow/step.ts';
import type { Graph, Problem } from '../workflow/workflow.ts';
import { conversationsOf, waysOf } from './cover.ts';
import type { Samples } from './draft.ts';
import { createMoves } from './moves.ts';
import { stageFor, type Stage } from './stage.ts';
import { firstMoves, futureOf, movesFrom, wayTo, type Visit } from './visit.ts';

/** What a rehearsal may take. */
export interface Bounds {
  /** Milliseconds that only go forward. */
  ticks(): number;
  /** Lets others have their turn. @throws when the work is not wanted any more */
  breathe(): Promise<void>;
}
export interface Rehearsal {
  /** What the synthetic visitor met that should not be; empty when all is well. */
  problems: Problem[];
  /** Few conversations that together take every way that was found. */
  conversations: ExpectedConversation[];
}

const MOST_MOVES = 4_000;
const MOST_MS = 12_000;
const SLICE_MS = 15;

/**
 * Lets a synthetic visitor try every way through a workflow without errors. Sessions are values, so that each answer is
 * tried on the same one; what has been tried least at a node comes first.
 */
export async function rehearse(graph: Graph, samples: Samples, bounds: Bounds): Promise<Rehearsal> {
  const { ticks, breathe } = bounds;
  const stage = await stageFor(graph, samples, ticks);
  const found = createFindings(stage);
  const open = createMoves();
  const seen = new Set<string>();
  function come(visit: Visit): void {
    const future = futureOf(visit, stage);
    // What has been seen before is gone on with only as long as it was come to by a way that has led to no end yet.
    const isNew = found.note(visit);
    if (seen.has(future) && !isNew) return;
    seen.add(future);
    if (isOpen(visit.played.session)) open.add(movesFrom(visit, stage));
  }
  const from = ticks();
  let slice = from;
  open.add(firstMoves(stage));
  for (let moves = 0; moves < MOST_MOVES && ticks() - from < MOST_MS; moves++) {
    const move = open.take(found.isAll());
    if (!move) break;
    const { visit, others } = await move.make();
    open.add(others);
    come(visit);
    if (ticks() - slice < SLICE_MS) continue;
    await breathe();
    slice = ticks();
  }
  return found.told();
}

const MOST_FAILURES = 5;
const NOT_ENDED = 'no conversation that goes this way came to an end.';
const NOT_TAKEN =
  'no answer of a visitor led this way. Mend the conditions before it, give samples that lead there, or leave it out.';
const ENDLESS: Problem = {
  severity: 'error',
  message: 'No conversation came to an end, whatever was answered. Lead a way to an end node.',
};

/** What has come of all visits so far. */
function createFindings(stage: Stage) {
  const wanted = wantedIn(stage);
  const failures = new Map<string, Problem>();
  const ended: Visit[] = [];
  /** Ways of conversations that came to their end. */
  const covered = new Set<string>();
  const taken = new Set<string>();
  const entered = new Set([stage.trigger]);
  /** What only a failure leads to that no rehearsal can bring about is never entered, and not asked for. */
  const missed = () => wanted.filter(({ nodeId, way }) => entered.has(nodeId) && !covered.has(way));

  return {
    /** Whether it was come to by a way that no conversation has ended by so far. */
    note(visit: Visit): boolean {
      const { status, reason } = visit.played.session;
      const ways = waysOf(visit);
      const isNew = ways.some((way) => !covered.has(way));
      for (const way of visit.ways) taken.add(way);
      for (const event of visit.played.events)
        if (event.type === 'workflow:node_activated') entered.add(event.node.id);
      if (status === 'failed' && failures.size < MOST_FAILURES)
        failures.set(reason!, failure(visit, reason!));
      if (status !== 'finished' || (ended.length && !isNew)) return isNew;
      for (const way of ways) covered.add(way);
      ended.push(visit);
      return isNew;
    },
    isAll: () => ended.length > 0 && missed().length === 0,
    told(): Rehearsal {
      // Where nothing has ended, it says nothing of a way that it did not end either.
      const told = missed().filter(({ way }) => ended.length || !taken.has(way));
      const ways = told.map(({ nodeId, port, way }): Problem => {
        const why = taken.has(way) ? NOT_ENDED : NOT_TAKEN;
        return { severity: 'error', nodeId, message: `${nodeId} by ${port}: ${why}` };
      });
      const isEndless = !ended.length && !ways.length && !failures.size;
      return {
        problems: [...failures.values(), ...ways, ...(isEndless ? [ENDLESS] : [])],
        conversations: ended.length ? conversationsOf(ended) : [],
      };
    },
  };
}

interface Wanted {
  nodeId: string;
  port: string;
  /** Both, as they are noted. */
  way: string;
}

/** The ways that a conversation must be found for: all that are wired, but those for what went wrong. */
const wantedIn = ({ steps }: Stage): Wanted[] =>
  [...steps.values()].flatMap((step) =>
    portsOf(step)
      // Whoever comes back from a jump leaves by no decision of the node.
      .filter((port) => step.ways.has(port) && !isFault(step, port) && step.kind.kind !== 'jump')
      .map((port) => ({ nodeId: step.id, port, way: `${step.id}.${port}` })),
  );

const MOST_LINES = 6;

function failure(visit: Visit, reason: string): Problem {
  const talk = wayTo(visit).flatMap(({ lines }) => lines);
  const said = talk.slice(-MOST_LINES).map((line) => JSON.stringify(line));
  return {
    severity: 'error',
    message: `A conversation failed: ${reason.replace(/\.$/, '')}. Wire the error port of the node, or mend what it does. It ended with ${said.join(', ') || 'no word said'}.`,
  };
}
