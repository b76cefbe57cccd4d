import type { Channel, Session } from '../session/session.ts';

/** Which sessions are counted: those that were started on a workflow of somebody's in some time. */
export interface StartedIn {
  userId: string;
  workflowId: string;
  /** ISO 8601, inclusive. */
  since: string;
  /** ISO 8601, exclusive. */
  until: string;
}

/** Sessions that are alike, in no order. */
export interface Alike extends Pick<Session, 'status' | 'outcome'> {
  channel: Channel['kind'] | null;
  /** Where they stand, within a called workflow the node that called it; null once they are over. */
  nodeId: string | null;
  count: number;
}

export interface Counts {
  sessions: Alike[];
  /** In how many of the sessions the log names a node, or one of a workflow that it called; in no order. */
  reached: { nodeId: string; count: number }[];
}
