import { planAt, type Flow } from '../workflow/flow.ts';
import { draftOf, stepAt, tell, viewOf, type Advanced } from './draft.ts';
import type { Session } from './session.ts';

/** Step mode: stands before another node of the workflow, as its author does to try one out. Null when it cannot. */
export function standBefore(flow: Flow, session: Session, nodeId: string, at: string): Advanced | null {
  const isOpen = session.mode === 'step' && session.status === 'waiting';
  if (!isOpen || !planAt(flow, null).steps.has(nodeId)) return null;
  const draft = draftOf(flow, session, at);
  Object.assign(draft.session, {
    nodeId,
    graph: null,
    wait: { for: 'client', to: 'execute' },
    departure: null,
    dueAt: null,
    stack: [],
    memory: {},
    past: [],
  } satisfies Partial<Session>);
  tell(draft, { type: 'workflow:node_activated', node: viewOf(draft.session, stepAt(flow, draft.session)) });
  return draft;
}
