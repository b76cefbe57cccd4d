import { merged } from '../language/variables.ts';
import type { PersonPatch } from '../nodes/contact.ts';
import type { Say } from '../nodes/node.ts';
import { planAt, type Flow } from '../workflow/flow.ts';
import type { Step } from '../workflow/step.ts';
import type { Message, NodeView, Session, SessionEvent, Told } from './session.ts';

/** A session moved on, and what came of it. */
export interface Advanced {
  session: Session;
  events: SessionEvent[];
  lines: Message[];
  /** What was written of the person it is with. */
  contact?: PersonPatch | undefined;
}

/** Where the session stands: only for one that is not at its end. */
export const stepAt = (flow: Flow, { graph, nodeId }: Pick<Session, 'graph' | 'nodeId'>): Step =>
  planAt(flow, graph).steps.get(nodeId!)!;

/** The node's id as clients see it: inside a called workflow it stands behind the calling node's. */
export function pathOf({ graph, stack }: Pick<Session, 'graph' | 'stack'>, nodeId: string): string {
  if (graph === null) return nodeId;
  const calls = stack.flatMap((frame) => (frame.kind === 'call' ? [frame.nodeId] : []));
  return [...calls, nodeId].join('/');
}

/** What anyone may see of a node. */
export const viewOf = (session: Session, { id, view }: Step): NodeView =>
  session.graph === null ? view : { ...view, id: pathOf(session, id) };

/**
 * All that a session knows: within a called workflow also what those know that called it. Where both have a name the
 * caller's counts, as it will when the call is over.
 */
export const knownIn = ({ variables, stack }: Pick<Session, 'variables' | 'stack'>): Session['variables'] =>
  stack.reduceRight(
    (known, frame) => (frame.kind === 'call' ? merged(known, frame.variables) : known),
    variables,
  );

/** A session being moved: a private copy until it is handed out. */
export interface Draft extends Advanced {
  flow: Flow;
  at: string;
}

export const draftOf = (flow: Flow, session: Session, at: string): Draft => ({
  flow,
  at,
  session: { ...session, updatedAt: at },
  events: [],
  lines: [],
});

/** Adds an event and gives it its number. It takes the object over: copying each cost a third of a turn. */
export function tell(draft: Draft, told: Told): void {
  const event = told as SessionEvent;
  event.seq = draft.session.seq += 1;
  draft.events.push(event);
}

/** The number of the event that told a line: `m12` is the line of event 12. */
export const eventOf = ({ id }: Pick<Message, 'id'>): number => Number(id.slice(1));

/** Adds a line to the transcript; its id is the number of its event. */
export function addLine(
  draft: Draft,
  from: Message['from'],
  nodeId: string,
  said: Say & Pick<Message, 'file'>,
): void {
  const { text, author, media, file, citations } = said;
  const message: Message = { id: `m${draft.session.seq + 1}`, from, text, nodeId, at: draft.at };
  if (author) message.author = author;
  if (media) message.media = media;
  if (file) message.file = file;
  if (citations) message.citations = citations;
  draft.lines.push(message);
  tell(draft, { type: 'session:message', message });
}

export const fail = (draft: Draft, reason: string): void => finish(draft, 'failed', 'failed', reason);

/** The session comes to its end, whatever it was at. */
export function finish(
  draft: Draft,
  status: 'finished' | 'failed',
  outcome: string | null,
  reason: string | null,
): void {
  const { session } = draft;
  const variables = knownIn(session);
  Object.assign(session, {
    variables,
    status,
    outcome,
    reason,
    nodeId: null,
    graph: null,
    wait: null,
    wake: null,
    departure: null,
    dueAt: null,
    stack: [],
    memory: {},
    past: [],
  } satisfies Partial<Session>);
  const { completed } = session;
  tell(draft, {
    type: 'workflow:finished',
    completedNodes: completed.length,
    completedNodeIds: completed,
    outcome,
    reason,
    owner: { variables },
  });
}
