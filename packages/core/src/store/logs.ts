import type { LogEntry } from '../session/session.ts';

export interface LogFilter {
  userId: string;
  workflowId?: string | undefined;
  sessionId?: string | undefined;
  eventType?: LogEntry['eventType'] | undefined;
  /** ISO 8601, inclusive. */
  since?: string | undefined;
  /** ISO 8601, exclusive. */
  until?: string | undefined;
}

/** A log row as it is read back. */
export interface LogRow extends LogEntry {
  id: string;
  sessionId: string | null;
  workflowId: string | null;
  createdAt: string;
}
