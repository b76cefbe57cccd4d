import { merged } from '../language/variables.ts';
import type { Outcome, Say } from '../nodes/node.ts';
import { planAt, type Flow, type Step } from '../workflow/flow.ts';
import type { z } from 'zod';
import type { Departure, Frame, Message, NodeView, Session, SessionEvent, Told } from './session.ts';

/** A session moved on, and what came of it. */
export interface Advanced {
  session: Session;
  events: SessionEvent[];
  lines: Message[];
}

const MAX_DEPTH = 50;

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

/** Adds a line to the transcript; its id is the number of its event. */
export function addLine(
  draft: Draft,
  from: Message['from'],
  nodeId: string,
  said: Say & Pick<Message, 'file'>,
): void {
  const { text, media, file, citations } = said;
  const message: Message = { id: `m${draft.session.seq + 1}`, from, text, nodeId, at: draft.at };
  if (media) message.media = media;
  if (file) message.file = file;
  if (citations) message.citations = citations;
  draft.lines.push(message);
  tell(draft, { type: 'session:message', message });
}

/** The one place a session changes by what a node decided. The same session and outcome give the same answer. */
export function advance(flow: Flow, session: Session, outcome: Outcome, at: string): Advanced {
  const draft = draftOf(flow, session, at);
  carryOut(draft, outcome);
  return { session: draft.session, events: draft.events, lines: draft.lines };
}

/** `advance` on a draft: what a run of nodes does without copying between them. */
export function carryOut(draft: Draft, outcome: Outcome): void {
  const { session, flow } = draft;
  const step = stepAt(flow, session);
  session.step += 1;
  if (outcome.set) session.variables = merged(session.variables, outcome.set);
  if (outcome.say) for (const said of outcome.say) addLine(draft, 'bot', pathOf(session, step.id), said);
  session.wait = null;
  session.wake = null;
  session.attempt = 0;
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
  if (wait.for !== 'message') return;
  const { expects } = wait;
  tell(draft, {
    type: 'system:waiting_for_input',
    nodeId: pathOf(session, step.id),
    label: step.label,
    expects,
  });
}

function remember(session: Session, nodeId: string, value: z.core.util.JSONType | undefined) {
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
  const { say: _say, set: _set, remember: _remember, ...departure } = outcome;
  return departure as Departure;
}

/** Leaves the node that has done its work, the way it decided. */
export function depart(draft: Draft, departure: Departure | Exclude<Outcome, { kind: 'wait' }>): void {
  const { session, flow } = draft;
  session.departure = null;
  switch (departure.kind) {
    case 'next':
      if (departure.loop !== undefined)
        turnLoop(session, departure.loop as Extract<Frame, { kind: 'each' }> | null);
      return leaveBy(draft, departure.port);
    case 'end':
      return endHere(draft, departure.outcome);
    case 'jump':
      if (departure.comesBack && !push(draft, { kind: 'jump', nodeId: session.nodeId! })) return;
      return activate(draft, departure.to);
    case 'return':
      return comeBack(draft);
    case 'call': {
      const plan = flow.subflows.get(departure.workflow);
      if (!plan) return fail(draft, `The workflow ${departure.workflow} that it calls is not there.`);
      const { nodeId, graph, variables, memory } = session;
      const frame: Frame = {
        kind: 'call',
        nodeId: nodeId!,
        graph,
        variables,
        memory,
        results: departure.results,
      };
      if (!push(draft, frame)) return;
      session.graph = plan.name;
      session.variables = merged(departure.inputs);
      session.memory = {};
      return activate(draft, plan.trigger);
    }
  }
}

function leaveBy(draft: Draft, port: string): void {
  const { session, flow } = draft;
  const target = stepAt(flow, session).ways.get(port);
  if (target !== undefined) return activate(draft, target);
  if (port === 'error') return failHere(draft);
  return deadEnd(draft);
}

/** Nowhere to go: back to whoever sent it here, or the end. */
function deadEnd(draft: Draft): void {
  const { session } = draft;
  const frame = session.stack.at(-1);
  if (!frame) return finish(draft, 'finished', null, null);
  if (frame.kind === 'each') return activate(draft, frame.nodeId);
  if (frame.kind === 'call') return endHere(draft, undefined);
  session.stack = session.stack.slice(0, -1);
  session.nodeId = frame.nodeId;
  return leaveBy(draft, 'out');
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

type Call = Extract<Frame, { kind: 'call' }>;
function popCall(session: Session): Call | undefined {
  const at = session.stack.findLastIndex(({ kind }) => kind === 'call');
  const frame = session.stack[at];
  session.stack = session.stack.slice(0, Math.max(at, 0));
  return frame?.kind === 'call' ? frame : undefined;
}
function backIn(session: Session, { nodeId, graph, variables, memory }: Call) {
  session.nodeId = nodeId;
  session.graph = graph;
  session.variables = merged(variables);
  session.memory = memory;
}

function push(draft: Draft, frame: Frame): boolean {
  const { session } = draft;
  if (session.stack.length >= MAX_DEPTH) {
    fail(draft, `More than ${MAX_DEPTH} jumps, loops and calls are open inside one another.`);
    return false;
  }
  session.stack = [...session.stack, frame];
  return true;
}

/** Where the node stands in its list, if it is looping now. */
export function loopOf({ stack, nodeId }: Session): number {
  const call = stack.findLastIndex(({ kind }) => kind === 'call');
  const at = stack.findLastIndex((frame) => frame.kind === 'each' && frame.nodeId === nodeId);
  return at > call ? at : -1;
}
function turnLoop(session: Session, loop: Pick<Extract<Frame, { kind: 'each' }>, 'items' | 'index'> | null) {
  const at = loopOf(session);
  const outer = at < 0 ? session.stack : session.stack.slice(0, at);
  const { items, index } = loop ?? {};
  session.stack = loop
    ? [...outer, { kind: 'each', nodeId: session.nodeId!, items: items!, index: index! }]
    : outer;
}

function activate(draft: Draft, nodeId: string): void {
  const { session, flow } = draft;
  session.nodeId = nodeId;
  session.status = session.mode === 'auto' ? 'running' : 'waiting';
  session.wait = session.mode === 'auto' ? null : { for: 'client', to: 'execute' };
  tell(draft, { type: 'workflow:node_activated', node: viewOf(session, stepAt(flow, session)) });
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
  Object.assign(session, {
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
  const { completed, variables } = session;
  tell(draft, {
    type: 'workflow:finished',
    completedNodes: completed.length,
    completedNodeIds: completed,
    outcome,
    reason,
    owner: { variables },
  });
}
