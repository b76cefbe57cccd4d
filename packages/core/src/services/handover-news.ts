import type { HandoverEvent } from '../contract/handovers.ts';
import type { Runner } from '../runner/runner.ts';
import { pathOf, stepAt } from '../session/draft.ts';
import { isHandedOver } from '../session/notices.ts';
import type { Session, SessionEvent } from '../session/session.ts';
import type { Store } from '../store.ts';
import { waysBackOf } from '../workflow/step.ts';

export interface Needs extends Pick<Runner, 'flowOf'> {
  store: Store;
}

const PAGE = 100;

/** Reads how a user's sessions that wait for a person stand, and what is new for somebody who knew how they stood. */
export function createHandoverNews({ store, flowOf }: Needs) {
  /** Those that wait now. */
  async function* waiting(userId: string): AsyncGenerator<string> {
    for (let cursor: string | undefined; ;) {
      const filter = { of: { userId }, waitingFor: 'person' as const };
      const { items, nextCursor } = await store.sessions.list(filter, { limit: PAGE, cursor });
      for (const { id } of items) yield id;
      if (nextCursor === null) return;
      cursor = nextCursor;
    }
  }

  /** What has happened in a session since it was looked at; `known` is brought up to date. */
  async function* news(
    userId: string,
    id: string,
    known: Map<string, number>,
  ): AsyncGenerator<HandoverEvent> {
    const found = await store.sessions.get(id);
    const session = found?.userId === userId ? found : null;
    const after = known.get(id);
    if (after !== undefined) {
      const { said, isLeft } = session ? await since(session, after) : { said: [], isLeft: true };
      yield* said;
      if (isLeft) yield { type: 'handover:over', sessionId: id };
      if (isLeft) known.delete(id);
      else known.set(id, session!.seq);
    }
    if (!session || !isHandedOver(session) || known.has(id)) return;
    known.set(id, session.seq);
    yield await waitingOf(session);
  }

  /** What the visitor of a session that waited has said after an event, and whether it was left then. */
  async function since(session: Session, after: number): Promise<{ said: HandoverEvent[]; isLeft: boolean }> {
    const { id: sessionId, workflowId, seq } = session;
    const events = after < seq ? await store.events(sessionId, after, seq - after) : [];
    const end = events.findIndex(leaves);
    const said = (end < 0 ? events : events.slice(0, end)).flatMap((event): HandoverEvent[] =>
      event.type === 'session:message' && event.message.from === 'user'
        ? [{ type: 'handover:message', sessionId, workflowId, message: event.message, lastSeq: event.seq }]
        : [],
    );
    return { said, isLeft: end >= 0 || !isHandedOver(session) };
  }

  async function waitingOf(session: Session): Promise<HandoverEvent> {
    const { id: sessionId, workflowId, contactId, nodeId, seq, wait, updatedAt } = session;
    return {
      type: 'handover:waiting',
      sessionId,
      workflowId,
      workflowName: (await store.workflows.get(workflowId))?.name ?? null,
      contactId,
      nodeId: pathOf(session, nodeId!),
      ports: [...waysBackOf(stepAt(await flowOf(session), session))],
      since: (wait?.for === 'person' && wait.since) || updatedAt,
      lastSeq: seq,
    };
  }

  return { waiting, news };
}

const leaves = ({ type }: SessionEvent): boolean =>
  type === 'node:execution_complete' || type === 'workflow:finished';
