import { isOpen, type Session } from '../../session/session.ts';
import type { Alike, LogRow, Store } from '../../store.ts';

interface Rows {
  sessions(): Session[];
  logs: readonly LogRow[];
}

export const memoryCounts =
  (rows: Rows): Store['counts'] =>
  async ({ userId, workflowId, since, until }) => {
    const started = rows
      .sessions()
      .filter(
        (row) =>
          row.userId === userId &&
          row.workflowId === workflowId &&
          row.createdAt >= since &&
          row.createdAt < until,
      );
    const alike = new Map<string, Alike>();
    for (const session of started) {
      const { status, outcome, channel } = session;
      const like = { status, outcome, channel: channel?.kind ?? null, nodeId: standsAt(session) };
      const key = JSON.stringify(like);
      alike.set(key, { ...like, count: (alike.get(key)?.count ?? 0) + 1 });
    }
    const come = new Map<string, Set<string>>();
    const ids = new Set(started.map(({ id }) => id));
    for (const row of rows.logs) {
      if (row.sessionId === null || !ids.has(row.sessionId)) continue;
      for (const nodeId of namedIn(row)) come.set(nodeId, (come.get(nodeId) ?? new Set()).add(row.sessionId));
    }
    return {
      sessions: [...alike.values()],
      reached: [...come].map(([nodeId, { size: count }]) => ({ nodeId, count })),
    };
  };

/** Where an open session stands in its own workflow: within another one, at the node that called that. */
const standsAt = (session: Session): string | null =>
  isOpen(session) ? (session.stack.find(({ kind }) => kind === 'call')?.nodeId ?? session.nodeId) : null;

/** The nodes a row names, of called workflows the node that called them. */
const namedIn = ({ nodeId, data: { path } }: LogRow): string[] =>
  [...(nodeId === null ? [] : [nodeId]), ...((path as string[] | undefined) ?? [])].map(
    (step) => step.split('/')[0]!,
  );
