import type { Commit } from '../../store.ts';
import { SESSION_COLUMNS, stateOf } from './rows.ts';

/**
 * Writes many commits, each whole or not at all, and gives the ids of the sessions that moved. The one parameter is a
 * JSON array of what `parameterOf` makes; no session is in it twice.
 *
 * PostgreSQL expects 100 rows of the parameter, of which one in 200 passes a comparison with a text: so `change` keeps
 * it at single look-ups in the indexes, which is right for any size of the tables, also where statistics are never
 * taken. No two parts are joined by id for the same reason.
 */
export const COMMIT = {
  name: 'commit',
  text: `WITH given AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS given (
    change text, id text, "fromStep" int, "fromSeq" int, "workflowId" text, "versionId" text, "userId" text,
    "starterId" text, "tokenHash" text, mode text, status text, "waitFor" text, outcome text, reason text,
    "nodeId" text, step int, seq int, variables json, state json, "dueAt" timestamptz, "createdAt" timestamptz,
    "updatedAt" timestamptz, "lineSeq" int, "messageId" text, lines json, events json, logs json)
), moved AS (
  UPDATE "Session" AS stored SET
    status = given.status, "waitFor" = given."waitFor", outcome = given.outcome, reason = given.reason,
    "nodeId" = given."nodeId", step = given.step, seq = given.seq, variables = given.variables,
    state = given.state, "dueAt" = given."dueAt", "updatedAt" = given."updatedAt"
  FROM given
  WHERE change = 'move' AND stored.id = given.id AND stored.step = "fromStep" AND stored.seq = "fromSeq"
  RETURNING stored.id, stored."userId", stored."workflowId", given."updatedAt", given.seq,
    "lineSeq", "messageId", lines, events, logs
), begun AS (
  SELECT * FROM given
  WHERE change = 'begin' AND NOT EXISTS (SELECT FROM "Session" AS stored WHERE stored.id = given.id)
), written AS (
  INSERT INTO "Session" (${SESSION_COLUMNS}, "waitFor") SELECT ${SESSION_COLUMNS}, "waitFor" FROM begun
), done AS (
  SELECT * FROM moved
  UNION ALL
  SELECT id, "userId", "workflowId", "updatedAt", seq, "lineSeq", "messageId", lines, events, logs FROM begun
), told AS (
  INSERT INTO "Event" ("sessionId", seq, events) SELECT id, seq, events FROM done WHERE events IS NOT NULL
), said AS (
  INSERT INTO "Message" ("sessionId", seq, "messageId", lines)
  SELECT id, "lineSeq", "messageId", lines FROM done WHERE lines IS NOT NULL
), logged AS (
  INSERT INTO "ExecutionLog" (id, "eventType", "nodeId", "nodeType", data, "sessionId", "userId", "workflowId", "createdAt")
  SELECT log.id, "eventType", "nodeId", "nodeType", data, done.id, "userId",
    -- A shipped template has no row, and a workflow may be gone.
    (SELECT id FROM "Workflow" AS kept WHERE kept.id = done."workflowId"), "updatedAt"
  FROM done, json_to_recordset(logs) AS log (
    id text, "eventType" "LogEventType", "nodeId" text, "nodeType" "NodeType", data json)
)
SELECT id FROM done`,
};

/** One commit as the statement takes it; what never changes again is only said of a new session. */
export function parameterOf(commit: Commit, newLogId: () => string): Record<string, unknown> {
  const { from, session, events, lines, messageId, logs } = commit;
  const fresh = from ? null : session;
  const [first] = lines;
  // Field by field, absent ones undefined: spreading what is there would take longer than the rest of a commit.
  return {
    change: fresh ? 'begin' : 'move',
    id: session.id,
    fromStep: from?.step,
    fromSeq: from?.seq,
    workflowId: fresh?.workflowId,
    versionId: fresh?.versionId,
    userId: fresh?.userId,
    starterId: fresh?.starterId,
    tokenHash: fresh?.tokenHash,
    mode: fresh?.mode,
    createdAt: fresh?.createdAt,
    status: session.status,
    waitFor: session.wait?.for,
    outcome: session.outcome,
    reason: session.reason,
    nodeId: session.nodeId,
    step: session.step,
    seq: session.seq,
    variables: session.variables,
    state: stateOf(session),
    dueAt: session.dueAt,
    updatedAt: session.updatedAt,
    lineSeq: first && numberIn(first.id),
    messageId: first && messageId,
    lines: first && lines,
    events: events.length > 0 ? events : undefined,
    logs: logs.map(({ eventType, nodeId, nodeType, data }) => ({
      id: newLogId(),
      eventType,
      nodeId,
      nodeType,
      data,
    })),
  };
}

/** `m12` is the line of event 12. */
const numberIn = (lineId: string) => Number(lineId.slice(1));
