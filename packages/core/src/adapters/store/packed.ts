import type { Message, NodeView, SessionEvent } from '../../session/session.ts';

/**
 * An event as the database keeps it: the three that make up most of a conversation as short lists, any other as it is.
 * None carries its number, which follows from that of its row, and a line stands in the row of lines beside it.
 */
export type PackedEvent =
  | ['said']
  | ['done', nodeId: string]
  | ['active', id: string, type: NodeView['type'], kind: string, label: string]
  | object;

/** The events of one commit; `lines` are those it adds to the transcript. */
export function packed(events: readonly SessionEvent[], lines: readonly Message[]): PackedEvent[] {
  let line = 0;
  return events.map((event): PackedEvent => {
    if (event.type === 'session:message' && event.message === lines[line]) {
      line += 1;
      return ['said'];
    }
    if (event.type === 'node:execution_complete') return ['done', event.nodeId];
    if (event.type === 'workflow:node_activated') {
      const { id, type, kind, label } = event.node;
      return ['active', id, type, kind, label];
    }
    const { seq: _seq, ...rest } = event;
    return rest;
  });
}

/** A row of events as it is read, with the lines of the same commit. */
export interface PackedRow {
  /** The number of the last event. */
  seq: number;
  events: PackedEvent[];
  lines: Message[] | null;
}

/** The events of a row, numbered. Rows of the first release hold every event whole. */
export function unpacked({ seq: last, events, lines }: PackedRow): SessionEvent[] {
  const before = last - events.length;
  let line = 0;
  return events.map((event, at) => {
    const seq = before + at + 1;
    if (!Array.isArray(event)) return { ...event, seq } as SessionEvent;
    // `packed` wrote it.
    const [name, ...rest] = event as Exclude<PackedEvent, object> | [string, ...string[]];
    if (name === 'said') return { type: 'session:message', message: lines![line++]!, seq };
    if (name === 'done') return { type: 'node:execution_complete', nodeId: rest[0]!, seq };
    const [id, type, kind, label] = rest as [string, NodeView['type'], string, string];
    return { type: 'workflow:node_activated', node: { id, type, kind, label }, seq };
  });
}
