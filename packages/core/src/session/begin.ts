import type { Json } from '../language/json.ts';
import { nobody, patched, type Person, type PersonPatch } from '../nodes/contact.ts';
import type { Flow } from '../workflow/flow.ts';
import { addLine, draftOf, tell, viewOf, stepAt, type Advanced, type Draft } from './draft.ts';
import { inputsOf } from './inputs.ts';
import type { Channel, Session } from './session.ts';

export interface Beginning {
  id: string;
  workflowId: string;
  userId: string | null;
  starterId: string | null;
  tokenHash: string;
  mode: Session['mode'];
  /** Who it is with, and what it may know of them. */
  contact?: { id: string; person: Person } | undefined;
  /** In its place: what somebody is believed to be who has not proved it. */
  claim?: PersonPatch | undefined;
  /** Declared inputs by name; anything else is refused. */
  inputs: Record<string, Json>;
  channel?: Channel | null;
  /** What the visitor said to begin with. */
  said?: string | null;
}

/** A new session at the trigger, with what it was given and the defaults of what it was not. */
export function begin(
  flow: Flow,
  { inputs, contact, claim, channel = null, said = null, ...given }: Beginning,
  at: string,
): Advanced {
  const { wait, status } = resting(given.mode);
  const session: Session = {
    ...given,
    versionId: flow.versionId,
    status,
    wait,
    outcome: null,
    reason: null,
    nodeId: flow.main.trigger,
    graph: null,
    stack: [],
    memory: {},
    past: [],
    completed: [],
    variables: inputsOf(flow.main, inputs),
    inputs,
    contactId: contact?.id ?? null,
    contact: personIn(contact, claim),
    wake: null,
    departure: null,
    attempt: 0,
    message: said,
    channel,
    cuts: 0,
    tokens: 0,
    workedMs: 0,
    step: 0,
    seq: 0,
    dueAt: null,
    createdAt: at,
    updatedAt: at,
  };
  const draft = draftOf(flow, session, at);
  tell(draft, {
    type: 'session:started',
    workflowId: given.workflowId,
    activeNode: viewOf(session, stepAt(flow, session)),
    totalNodes: flow.main.steps.size,
  });
  if (said !== null) addLine(draft, 'user', flow.main.trigger, { text: said });
  return { session: draft.session, events: draft.events, lines: draft.lines };
}

function personIn(contact: Beginning['contact'], claim: PersonPatch | undefined): Session['contact'] {
  if (contact) return { isProven: true, person: contact.person };
  return claim ? { isProven: false, person: patched(nobody(), claim) } : null;
}

/** Back to the trigger with the inputs of the start; the transcript goes on. */
export function beginAgain({ session, flow }: Draft): void {
  Object.assign(session, resting(session.mode), {
    nodeId: flow.main.trigger,
    graph: null,
    stack: [],
    memory: {},
    past: [],
    completed: [],
    variables: inputsOf(flow.main, session.inputs),
    departure: null,
    message: null,
  } satisfies Partial<Session>);
}

const resting = (mode: Session['mode']): Pick<Session, 'status' | 'wait'> =>
  mode === 'auto'
    ? { status: 'running', wait: null }
    : { status: 'waiting', wait: { for: 'client', to: 'execute' } };
