import { copyOf } from '../session/copy.ts';
import { knownIn, pathOf } from '../session/draft.ts';
import type { Session, SessionEvent } from '../session/session.ts';
import type { Turn } from '../runner/runner.ts';

/** What someone may do with a session: its workflow's owner sees more than its visitor. */
export type Rights = 'owner' | 'visitor' | 'none';

export const turnFor = (rights: Rights, { session, events }: Turn) => ({
  session: sessionFor(rights, session),
  events: events.map((event) => eventFor(rights, event)),
});

/** What only the owner may see is a part of the event of its own; why it failed may name what is inside. */
export function eventFor(rights: Rights, event: SessionEvent): SessionEvent {
  if (event.type === 'system:waiting_for_input') return { ...event, expects: copyOf(event.expects) };
  if (rights === 'owner') return event;
  const told = 'reason' in event ? { ...event, reason: reasonFor(event.reason) } : event;
  if (!('owner' in told)) return told;
  const { owner: _owner, ...rest } = told;
  return rest;
}
const reasonFor = <T>(reason: T) => (typeof reason === 'string' ? 'Something went wrong.' : reason);

/** Where a session stands, as somebody with these rights may see it. */
export function sessionFor(rights: Rights, session: Session) {
  const {
    id,
    workflowId,
    mode,
    status,
    outcome,
    reason,
    nodeId,
    wait,
    seq,
    inputs,
    contactId,
    channel,
    createdAt,
    updatedAt,
  } = session;
  return {
    id,
    workflowId,
    mode,
    status,
    outcome,
    reason: rights === 'owner' ? reason : reasonFor(reason),
    nodeId: nodeId && pathOf(session, nodeId),
    wait: copyOf(wait),
    seq,
    ...(rights === 'owner' && {
      variables: copyOf(knownIn(session)),
      inputs: copyOf(inputs),
      contactId,
      channel: copyOf(channel),
    }),
    createdAt,
    updatedAt,
  };
}
