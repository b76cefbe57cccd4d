import type { Json } from '../language/json.ts';
import type { Loop } from '../nodes/node.ts';
import { planAt, type Flow, type Plan } from '../workflow/flow.ts';
import { isInLoop } from '../workflow/loops.ts';
import { fail, type Draft } from './draft.ts';
import type { Frame, Session } from './session.ts';

const MAX_DEPTH = 50;

type Standing = Pick<Session, 'stack' | 'nodeId'>;

/** Where the frame that the node at hand has opened stands, in the call at hand; -1 when it has opened none. */
export function frameOf(kind: 'each' | 'jump', { stack, nodeId }: Standing): number {
  const call = stack.findLastIndex((frame) => frame.kind === 'call');
  const at = stack.findLastIndex((frame) => frame.kind === kind && frame.nodeId === nodeId);
  return at > call ? at : -1;
}

/** The list the node at hand goes through, if it is looping now. */
export function loopOf(standing: Standing): Loop | undefined {
  const frame = standing.stack.length ? standing.stack[frameOf('each', standing)] : undefined;
  return frame?.kind === 'each' ? frame : undefined;
}

/** Stands at an item of a list; null when it is at its end. */
export function turnLoop(session: Session, loop: Loop | null): void {
  const at = frameOf('each', session);
  const outer = at < 0 ? session.stack : session.stack.slice(0, at);
  if (!loop) return void (session.stack = outer);
  const { items, index } = loop;
  // One list for all its items: nobody writes into it.
  session.stack = [...outer, { kind: 'each', nodeId: session.nodeId!, items: items as Json[], index }];
}

/**
 * What is still to be finished at a node that is come to from the one at hand: a loop that this leaves is over, and one
 * that is come to from outside begins anew.
 */
export function stackAt({ loops }: Plan, session: Standing, nodeId: string): Frame[] {
  const { stack, nodeId: from } = session;
  if (!stack.length) return stack;
  const isFromInside = from === nodeId || isInLoop(loops, from!, nodeId);
  const own = isFromInside ? -1 : frameOf('each', { stack, nodeId });
  const kept = own < 0 ? stack : stack.slice(0, own);
  const isOpen = (frame: Frame) =>
    frame.kind !== 'each' || frame.nodeId === nodeId || isInLoop(loops, nodeId, frame.nodeId);
  return kept.slice(0, kept.findLastIndex(isOpen) + 1);
}

/** The workflow a session is in, and those that called it; each once. */
export function plansIn(flow: Flow, { graph, stack }: Pick<Session, 'graph' | 'stack'>): Plan[] {
  const callers = stack.flatMap((frame) => (frame.kind === 'call' ? [planAt(flow, frame.graph)] : []));
  return [...new Set([planAt(flow, graph), ...callers])];
}

export type Call = Extract<Frame, { kind: 'call' }>;

/** Takes the innermost call off, with all that was opened in it. */
export function popCall(session: Session): Call | undefined {
  const at = session.stack.findLastIndex(({ kind }) => kind === 'call');
  const frame = session.stack[at];
  session.stack = session.stack.slice(0, Math.max(at, 0));
  return frame?.kind === 'call' ? frame : undefined;
}

/** Opens a call or a jump; false when there are too many and the session has failed. */
export function push(draft: Draft, frame: Frame): boolean {
  const { session } = draft;
  if (session.stack.length >= MAX_DEPTH) {
    fail(draft, `More than ${MAX_DEPTH} jumps, loops and calls are open inside one another.`);
    return false;
  }
  session.stack = [...session.stack, frame];
  return true;
}
