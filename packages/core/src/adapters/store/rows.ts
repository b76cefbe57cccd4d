import { merged } from '../../language/variables.ts';
import type { SessionState } from '../../session/session.ts';
import { type Session } from '../../session/session.ts';

/** What of a session has a column of its own, as it is read. */
export type SessionRow = Omit<Session, keyof SessionState | 'dueAt' | 'createdAt' | 'updatedAt'> & {
  state: Partial<SessionState>;
  dueAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

/** The columns of a row in the order of the table, without `waitFor`, which repeats what `state` says. */
export const SESSION_COLUMNS = `id, "workflowId", "versionId", "userId", "starterId", "tokenHash", mode, status, outcome,
  reason, "nodeId", step, seq, variables, state, "dueAt", "createdAt", "updatedAt"`;

export function sessionFrom(row: SessionRow): Session {
  const { state, variables, dueAt, createdAt, updatedAt, ...columns } = row;
  return {
    ...columns,
    ...structuredClone(NOTHING),
    ...state,
    variables: merged(variables),
    dueAt: dueAt && dueAt.toISOString(),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** What a state says when nothing is said of it: not stored. */
export const NOTHING: SessionState = {
  wait: null,
  graph: null,
  stack: [],
  memory: {},
  past: [],
  completed: [],
  inputs: {},
  wake: null,
  departure: null,
  attempt: 0,
  message: null,
};
const STATE_KEYS = Object.keys(NOTHING) as (keyof SessionState)[];

/** The `state` column: what is not empty. */
export function stateOf(session: Session): Partial<SessionState> {
  const state: Record<string, unknown> = {};
  for (const key of STATE_KEYS) if (!isNothing(session[key])) state[key] = session[key];
  return state;
}

export const isNothing = (value: unknown) =>
  value === null || value === 0 || (typeof value === 'object' && Object.keys(value).length === 0);
