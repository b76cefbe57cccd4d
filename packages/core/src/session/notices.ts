import type { Tell } from '../nodes/integration/handover.ts';
import type { Flow } from '../workflow/flow.ts';
import { tellIn } from '../workflow/step.ts';
import { pathOf, stepAt, type Advanced } from './draft.ts';
import type { Session, SessionEvent } from './session.ts';

/** What an owner is told of a session that was handed over to a person. */
export interface Notice {
  /** The number of the event that it tells of. */
  seq: number;
  what: 'waiting' | 'message' | 'over';
  nodeId: string;
  at: string;
  /** Since when the session waits. */
  since: string;
  /** What the visitor said. */
  text?: string;
  /** Where it is told. */
  to: Tell;
}
interface Desk extends Pick<Notice, 'nodeId' | 'since' | 'to'> {}

/** Whether a session waits for a person to answer its visitor. */
export const isHandedOver = ({ wait }: Pick<Session, 'wait'>): boolean => wait?.for === 'person';

/** What came of a step that is to be told to its workflow's owner, in order. */
export function noticesOf(flow: Flow, from: Session | null, { session, events }: Advanced): Notice[] {
  const before = from && deskOf(flow, from);
  const now = deskOf(flow, session);
  const left = before && (events.find(leaves(before)) ?? (now?.nodeId === before.nodeId ? null : events[0]));
  const at = session.updatedAt;
  return [
    ...(before ? events.flatMap((event) => saidAt(before, event, at)) : []),
    ...(before && left ? [{ ...before, seq: left.seq, what: 'over' as const, at }] : []),
    ...(now && (!before || left) ? [{ ...now, seq: session.seq, what: 'waiting' as const, at }] : []),
  ];
}

/** Where a session waits for a person whose owner wants to hear of it. */
function deskOf(flow: Flow, session: Session): Desk | null {
  if (session.wait?.for !== 'person' || session.userId === null) return null;
  const to = tellIn(stepAt(flow, session));
  const { since = session.updatedAt } = session.wait;
  return to ? { nodeId: pathOf(session, session.nodeId!), since, to } : null;
}

const leaves =
  ({ nodeId }: Desk) =>
  (event: SessionEvent): boolean =>
    event.type === 'workflow:finished' ||
    (event.type === 'node:execution_complete' && event.nodeId === nodeId);

const saidAt = (desk: Desk, event: SessionEvent, at: string): Notice[] =>
  event.type === 'session:message' && event.message.from === 'user' && event.message.nodeId === desk.nodeId
    ? [{ ...desk, seq: event.seq, what: 'message', text: event.message.text, at }]
    : [];
