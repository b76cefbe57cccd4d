import { CrmflowError } from '../errors.ts';
import { merged } from '../language/variables.ts';
import type { Outcome } from '../nodes/node.ts';
import { planAt } from '../workflow/flow.ts';
import { wayTaken } from '../workflow/step.ts';
import { fail, finish, stepAt, tell, viewOf, type Draft } from './draft.ts';
import { inputsOf } from './inputs.ts';
import type { Departure, Session } from './session.ts';
import { frameOf, popCall, push, stackAt, turnLoop, type Call } from './stack.ts';

/** Leaves the node that has done its work, the way it decided. */
export function depart(draft: Draft, departure: Departure | Exclude<Outcome, { kind: 'wait' }>): void {
  const { session } = draft;
  session.departure = null;
  switch (departure.kind) {
    case 'next':
      if (departure.loop !== undefined) turnLoop(session, departure.loop);
      return leaveBy(draft, departure.port);
    case 'end':
      return endHere(draft, departure.outcome);
    case 'jump':
      return jump(draft, departure);
    case 'return':
      return comeBack(draft);
    case 'call':
      return call(draft, departure);
  }
}

function jump(draft: Draft, { to, comesBack, again }: Extract<Departure | Outcome, { kind: 'jump' }>): void {
  const { session } = draft;
  // Where the jump was made before and never came back, that is over: a menu may be used for ever.
  const before = frameOf('jump', session);
  if (comesBack && before >= 0) session.stack = session.stack.slice(0, before);
  const frame = { kind: 'jump', nodeId: session.nodeId!, ...(again !== undefined && { again }) } as const;
  if (comesBack && !push(draft, frame)) return;
  return activate(draft, to);
}

type Calling = Extract<Departure | Outcome, { kind: 'call' }>;
function call(draft: Draft, { workflow, inputs, results }: Calling): void {
  const { session, flow } = draft;
  const plan = flow.subflows.get(workflow);
  if (!plan) return fail(draft, `The workflow ${workflow} that it calls is not there.`);
  const { nodeId, graph, variables, memory } = session;
  try {
    session.variables = inputsOf(plan, inputs);
  } catch (cause) {
    const { code, message } = CrmflowError.from(cause);
    session.variables = merged(variables, { error: { code, message, node: nodeId! } });
    return leaveBy(draft, 'error');
  }
  if (!push(draft, { kind: 'call', nodeId: nodeId!, graph, variables, memory, results })) return;
  session.graph = plan.name;
  session.memory = {};
  return activate(draft, plan.trigger);
}

function leaveBy(draft: Draft, port: string): void {
  const { session, flow } = draft;
  const step = stepAt(flow, session);
  const way = wayTaken(step, port);
  const target = step.ways.get(way);
  if (target !== undefined) return activate(draft, target);
  if (way === 'error') return failHere(draft);
  return deadEnd(draft);
}

/** Nowhere to go: back to whoever sent it here, or the end. */
function deadEnd(draft: Draft): void {
  const { session, flow } = draft;
  // A session that an earlier release left outside a loop still carries it.
  session.stack = stackAt(planAt(flow, session.graph), session, session.nodeId!);
  const frame = session.stack.at(-1);
  if (!frame) return finish(draft, 'finished', null, null);
  if (frame.kind === 'each') return activate(draft, frame.nodeId);
  if (frame.kind === 'call') return endHere(draft, undefined);
  session.stack = session.stack.slice(0, -1);
  if (frame.again === undefined) {
    session.nodeId = frame.nodeId;
    return leaveBy(draft, 'out');
  }
  session.memory = { ...session.memory, [frame.nodeId]: frame.again };
  return activate(draft, frame.nodeId);
}

/** Back to the nearest jump or call; loops begun since are given up. */
function comeBack(draft: Draft): void {
  const { session } = draft;
  const at = session.stack.findLastIndex(({ kind }) => kind !== 'each');
  session.stack = session.stack.slice(0, at + 1);
  return deadEnd(draft);
}

/** The end of the conversation, or of the called workflow: the caller goes on by the outcome's port when it is wired. */
function endHere(draft: Draft, outcome: string | undefined): void {
  const frame = popCall(draft.session);
  if (!frame) return finish(draft, 'finished', outcome ?? null, null);
  const { session, flow } = draft;
  const results = Object.entries(frame.results).map(([here, there]) => [
    here,
    session.variables[there] ?? null,
  ]);
  backIn(session, frame);
  session.variables = merged(session.variables, Object.fromEntries(results));
  const isWired = outcome !== undefined && stepAt(flow, session).ways.has(outcome);
  return leaveBy(draft, isWired ? outcome : 'out');
}

/** An error nobody caught: it passes to the caller, or ends the session. */
function failHere(draft: Draft): void {
  const { session } = draft;
  const error = session.variables.error ?? null;
  const frame = popCall(session);
  if (!frame) {
    const text =
      error && typeof error === 'object' && 'message' in error ? String(error.message) : 'It failed.';
    return fail(draft, `${session.nodeId}: ${text}`);
  }
  backIn(session, frame);
  session.variables = merged(session.variables, { error });
  return leaveBy(draft, 'error');
}

function backIn(session: Session, { nodeId, graph, variables, memory }: Call) {
  session.nodeId = nodeId;
  session.graph = graph;
  session.variables = merged(variables);
  session.memory = memory;
}

function activate(draft: Draft, nodeId: string): void {
  const { session, flow } = draft;
  session.stack = stackAt(planAt(flow, session.graph), session, nodeId);
  session.nodeId = nodeId;
  session.status = session.mode === 'auto' ? 'running' : 'waiting';
  session.wait = session.mode === 'auto' ? null : { for: 'client', to: 'execute' };
  tell(draft, { type: 'workflow:node_activated', node: viewOf(session, stepAt(flow, session)) });
}
