import type { Flow } from '../workflow/flow.ts';
import { stepAt } from './draft.ts';
import type { LogEntry, Message, Session, SessionEvent } from './session.ts';

/** What one commit leaves for analytics: at most one row of each type, and never what was said. */
export function logOf(
  flow: Flow,
  session: Session,
  events: readonly SessionEvent[],
  lines: readonly Message[],
): LogEntry[] {
  const at = session.nodeId === null ? null : stepAt(flow, session).kind.type;
  const entry = (eventType: LogEntry['eventType'], data: LogEntry['data'] = {}): LogEntry => ({
    eventType,
    nodeId: session.nodeId,
    nodeType: at,
    data,
  });
  const entries: LogEntry[] = [];
  const path: string[] = [];
  for (const event of events) {
    if (event.type === 'session:started') entries.push(entry('session_start', { mode: session.mode }));
    if (event.type === 'node:execution_complete') path.push(event.nodeId);
    if (event.type === 'ai:processing_end')
      entries.push({ eventType: 'ai_response', nodeId: event.nodeId, nodeType: 'ai', data: {} });
  }
  if (lines.length) {
    const fromUser = lines.filter(({ from }) => from === 'user').length;
    entries.push(entry('message_sent', { user: fromUser, bot: lines.length - fromUser }));
  }
  if (path.length) entries.push(entry('node_advance', { path }));
  if (events.at(-1)?.type === 'workflow:finished')
    entries.push(entry('session_end', { outcome: session.outcome, status: session.status }));
  return entries;
}
