import { isMap } from '../language/json.ts';
import type { Flow } from '../workflow/flow.ts';
import { pathOf, stepAt, type Advanced } from './draft.ts';
import type { LogEntry, Session } from './session.ts';

/** What a node did outside before a commit: its path and what is told of it. */
export interface Work {
  node: string;
  type: LogEntry['nodeType'];
  data: LogEntry['data'];
}

/** What one commit leaves for analytics: at most one row of each type, and never what was said. */
export function logOf(flow: Flow, { session, events, lines }: Advanced, work?: Work): LogEntry[] {
  const at = session.nodeId === null ? null : stepAt(flow, session).kind.type;
  const entry = (eventType: LogEntry['eventType'], data: LogEntry['data'] = {}): LogEntry => ({
    eventType,
    nodeId: session.nodeId === null ? null : pathOf(session, session.nodeId),
    nodeType: at,
    data,
  });
  const entries: LogEntry[] = [];
  const path: string[] = [];
  if (work?.type === 'ai')
    entries.push({ eventType: 'ai_response', nodeId: work.node, nodeType: 'ai', data: work.data });
  for (const event of events) {
    if (event.type === 'session:started') entries.push(entry('session_start', { mode: session.mode }));
    if (event.type === 'node:execution_complete') path.push(event.nodeId);
  }
  if (lines.length) {
    const fromUser = lines.filter(({ from }) => from === 'user').length;
    entries.push(entry('message_sent', { user: fromUser, bot: lines.length - fromUser }));
  }
  const done = work && work.type !== 'ai' ? { work: { node: work.node, ...work.data } } : undefined;
  if (path.length || done) entries.push(entry('node_advance', { path, ...done }));
  if (events.at(-1)?.type === 'workflow:finished')
    entries.push(
      entry('session_end', { outcome: session.outcome, status: session.status, ...failureIn(session) }),
    );
  return entries;
}

/** The node that a session failed at and the code of its error; nothing where it failed for another reason. */
function failureIn({ reason, variables: { error } }: Session): { error?: Note } {
  if (!isMap(error)) return {};
  const { node, code } = error;
  return reason !== null && typeof node === 'string' && code !== undefined && reason.startsWith(`${node}: `)
    ? { error: { node, code } }
    : {};
}
type Note = LogEntry['data'];
