import { merged } from '../language/variables.ts';
import type { Json } from '../language/json.ts';
import type { Outcome } from '../nodes/node.ts';
import type { Expects } from '../nodes/wait.ts';
import type { Flow } from '../workflow/flow.ts';
import type { Step } from '../workflow/step.ts';
import { writePerson } from './contact.ts';
import { depart } from './depart.ts';
import { addLine, draftOf, pathOf, stepAt, tell, type Advanced, type Draft } from './draft.ts';
import type { Departure, Session } from './session.ts';

/** The one place a session changes by what a node decided. The same session and outcome give the same answer. */
export function advance(flow: Flow, session: Session, outcome: Outcome, at: string): Advanced {
  const draft = draftOf(flow, session, at);
  carryOut(draft, outcome);
  const { session: moved, events, lines, contact } = draft;
  return { session: moved, events, lines, contact };
}

/** `advance` on a draft: what a run of nodes does without copying between them. */
export function carryOut(draft: Draft, outcome: Outcome): void {
  const { session, flow } = draft;
  const step = stepAt(flow, session);
  session.step += 1;
  if (outcome.set) session.variables = merged(session.variables, outcome.set);
  if (outcome.contact) writePerson(draft, outcome.contact);
  if (outcome.say) for (const said of outcome.say) addLine(draft, 'bot', pathOf(session, step.id), said);
  session.wait = null;
  session.wake = null;
  session.attempt = 0;
  session.cuts = 0;
  session.dueAt = null;
  if (outcome.kind === 'wait') return standStill(draft, step, outcome);
  remember(session, step.id, undefined);
  complete(draft, step);
  if (session.mode === 'auto') return depart(draft, outcome);
  session.status = 'waiting';
  session.wait = { for: 'client', to: 'advance' };
  session.departure = departureOf(outcome);
}

function standStill(draft: Draft, step: Step, { wait, remember: kept }: Extract<Outcome, { kind: 'wait' }>) {
  const { session } = draft;
  if (kept !== undefined) remember(session, step.id, kept);
  session.status = 'waiting';
  session.wait = wait;
  session.dueAt = 'until' in wait ? (wait.until ?? null) : null;
  if (wait.for !== 'message' && wait.for !== 'person') return;
  // Whoever talks to a person goes on writing.
  const expects: Expects = wait.for === 'message' ? wait.expects : { kind: 'text' };
  tell(draft, {
    type: 'system:waiting_for_input',
    nodeId: pathOf(session, step.id),
    label: step.label,
    expects,
    ...(wait.for === 'person' && { for: 'person' }),
  });
}

function remember(session: Session, nodeId: string, value: Json | undefined) {
  if (value === undefined && !(nodeId in session.memory)) return;
  const { [nodeId]: _, ...others } = session.memory;
  session.memory = value === undefined || value === null ? others : { ...others, [nodeId]: value };
}

function complete(draft: Draft, step: Step) {
  const { session } = draft;
  if (session.graph === null && !session.completed.includes(step.id))
    session.completed = [...session.completed, step.id];
  tell(draft, { type: 'node:execution_complete', nodeId: pathOf(session, step.id) });
}

function departureOf(outcome: Exclude<Outcome, { kind: 'wait' }>): Departure {
  const { say: _say, set: _set, contact: _contact, remember: _remember, ...departure } = outcome;
  return departure as Departure;
}
