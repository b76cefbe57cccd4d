import { merged } from '../language/variables.ts';
import type { Frame, Past, Session } from './session.ts';

const MAX_PAST = 10;

/** A turn from one question to the next can be taken back: what it changed is noted on the way. */
export function rememberTheWay(from: Session, to: Session): void {
  if (from.step + 1 === to.step && from.nodeId === to.nodeId) return;
  const { nodeId, graph, stack, variables, memory } = from;
  const change =
    callIn(from) === callIn(to) ? changes(from, to) : { undo: {}, unset: [], whole: { variables, memory } };
  const past: Past = { nodeId: nodeId!, graph, stack, ...change };
  to.past = [...to.past, past].slice(-MAX_PAST);
}

/** Stands again where the last question but one was asked, and knows what was known then. False when there is none. */
export function goBack(session: Session): boolean {
  const past = session.past.at(-1);
  if (!past) return false;
  const { nodeId, graph, stack } = past;
  const { variables, memory } = past.whole ?? undone(session, past);
  const { [session.nodeId!]: _left, [nodeId]: _asked, ...others } = memory;
  Object.assign(session, {
    nodeId,
    graph,
    stack,
    variables: merged(variables),
    memory: others,
    past: session.past.slice(0, -1),
    status: 'running',
    wait: null,
    dueAt: null,
  } satisfies Partial<Session>);
  return true;
}

/** One call of a workflow is one frame, as long as it lasts: another call of the same has variables of its own. */
const callIn = ({ stack }: Session): Frame | undefined => stack.findLast(({ kind }) => kind === 'call');

function changes(from: Session, to: Session): Pick<Past, 'undo' | 'unset'> {
  const undo = merged();
  const unset: string[] = [];
  for (const name of Object.keys(to.variables)) {
    if (!(name in from.variables)) unset.push(name);
    else if (from.variables[name] !== to.variables[name]) undo[name] = from.variables[name]!;
  }
  return { undo, unset };
}

function undone({ variables, memory }: Session, { undo, unset }: Past): NonNullable<Past['whole']> {
  const before = merged(variables, undo);
  for (const name of unset) delete before[name];
  return { variables: before, memory };
}
