import { merged } from '../../language/variables.ts';
import { SessionState, type Session } from '../../session/session.ts';

/** What of a session has a column of its own, as it is read. */
export type SessionRow = Omit<Session, keyof SessionState | 'dueAt' | 'createdAt' | 'updatedAt'> & {
  state: Partial<SessionState>;
  dueAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/** The columns of a row in the order of the table, without `waitFor`, which repeats what `state` says. */
export const SESSION_COLUMNS = `id, "workflowId", "versionId", "userId", "starterId", "contactId", "tokenHash", mode, status, outcome,
  reason, "nodeId", step, seq, attempt, variables, state, "dueAt", "createdAt", "updatedAt"`;

// Field by field: gathering the rest of a row and spreading it again takes ten times as long.
export function sessionFrom(row: SessionRow): Session {
  const { state } = row;
  return {
    id: row.id,
    workflowId: row.workflowId,
    versionId: row.versionId,
    userId: row.userId,
    starterId: row.starterId,
    contactId: row.contactId,
    tokenHash: row.tokenHash,
    mode: row.mode,
    status: row.status,
    outcome: row.outcome,
    reason: row.reason,
    nodeId: row.nodeId,
    step: row.step,
    seq: row.seq,
    attempt: row.attempt,
    variables: merged(row.variables),
    wait: state.wait ?? null,
    graph: state.graph ?? null,
    stack: state.stack ?? [],
    memory: state.memory ?? {},
    past: state.past ?? [],
    completed: state.completed ?? [],
    inputs: state.inputs ?? {},
    wake: state.wake ?? null,
    departure: state.departure ?? null,
    message: state.message ?? null,
    contact: state.contact ?? null,
    cuts: state.cuts ?? 0,
    tokens: state.tokens ?? 0,
    workedMs: state.workedMs ?? 0,
    channel: state.channel ?? null,
    dueAt: row.dueAt && row.dueAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

const STATE_KEYS = Object.keys(SessionState.shape) as (keyof SessionState)[];

/** The `state` column: what is not empty. */
export function stateOf(session: Session): Partial<SessionState> {
  const state: Record<string, unknown> = {};
  for (const key of STATE_KEYS) if (!isEmpty(session[key])) state[key] = session[key];
  return state;
}

const isEmpty = (value: unknown) =>
  value === null || value === 0 || (typeof value === 'object' && Object.keys(value).length === 0);
