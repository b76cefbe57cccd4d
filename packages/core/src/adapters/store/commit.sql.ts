import type { Statement } from './ask.ts';
import { DOCUMENTS, SCALARS, type CommitRow } from './commit-row.ts';
import { jsonArray } from './json-array.ts';
import { SESSION_COLUMNS } from './rows.ts';

/** What a session's row says anew with each commit. */
const CHANGING = [
  ...(['status', 'waitFor', 'outcome', 'reason', 'nodeId', 'step', 'seq', 'attempt'] as const),
  ...(['variables', 'state', 'dueAt', 'updatedAt'] as const),
];
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
const typed = Object.entries(SCALARS).map(([name, type]) => `"${name}" ${type}`);

/** What goes with each session in `done`. */
const TOLD = `told AS (
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
)`;

/**
 * Writes many commits, each whole or not at all, and gives the ids of the sessions that moved. Its parameters are what
 * `parametersOf` makes; no session is in it twice.
 *
 * PostgreSQL expects 100 rows of the parameter, of which one in 200 passes a comparison with a text: so `change` keeps
 * it at single look-ups in the indexes, which is right for any size of the tables, also where statistics are never
 * taken. No two parts are joined by id for the same reason.
 */
const WRITTEN = `WITH given AS MATERIALIZED (
  SELECT * FROM ROWS FROM (
    json_to_recordset($1::json) AS (${typed.join(', ')}),
    unnest($2::json[], $3::json[], $4::json[], $5::json[], $6::json[])
  ) AS given (${quoted([...Object.keys(SCALARS), ...DOCUMENTS])})
), moved AS (
  UPDATE "Session" AS stored SET ${CHANGING.map((name) => `"${name}" = given."${name}"`).join(', ')}
  FROM given
  WHERE change = 'move' AND stored.id = given.id AND stored.step = "fromStep" AND stored.seq = "fromSeq"
    AND stored.attempt = "fromAttempt"
  RETURNING stored.id, stored."userId", stored."workflowId", given."updatedAt", given.seq,
    "lineSeq", "messageId", lines, events, logs
), begun AS (
  SELECT * FROM given
  WHERE change = 'begin' AND NOT EXISTS (SELECT FROM "Session" AS stored WHERE stored.id = given.id)
    AND ("mustBeThere" IS NULL OR EXISTS (SELECT FROM "Workflow" AS stored WHERE stored.id = "mustBeThere"))
), written AS (
  INSERT INTO "Session" (${SESSION_COLUMNS}, "waitFor") SELECT ${SESSION_COLUMNS}, "waitFor" FROM begun
), done AS (
  SELECT * FROM moved
  UNION ALL
  SELECT id, "userId", "workflowId", "updatedAt", seq, "lineSeq", "messageId", lines, events, logs FROM begun
), ${TOLD}`;
const COMMIT = { name: 'commit', text: `${WRITTEN} SELECT id FROM done` };

/** What COMMIT_MOVE is given, in order. */
const MOVING = [
  ...(['id', 'fromStep', 'fromSeq', 'fromAttempt'] as const),
  ...CHANGING,
  ...(['lineSeq', 'messageId', 'lines', 'events', 'logs'] as const),
];
const place = (name: (typeof MOVING)[number]) => `$${MOVING.indexOf(name) + 1}`;

/** One session that moves on, by itself: the same without what finds each of many, which takes longer than to write one. */
const COMMIT_MOVE = {
  name: 'commit-move',
  text: `WITH done AS (
  UPDATE "Session" SET ${CHANGING.map((name) => `"${name}" = ${place(name)}`).join(', ')}
  WHERE id = ${place('id')} AND step = ${place('fromStep')} AND seq = ${place('fromSeq')} AND attempt = ${place('fromAttempt')}
  RETURNING id, "userId", "workflowId", "updatedAt", seq, ${place('lineSeq')}::int AS "lineSeq",
    ${place('messageId')}::text AS "messageId", ${place('lines')}::json AS lines,
    ${place('events')}::json AS events, ${place('logs')}::json AS logs
), ${TOLD} SELECT id FROM done`,
};

/** One commit with what few have: a thread that begins with its session, or is behind it now, and notices. */
const COMMIT_MORE = {
  name: 'commit-more',
  text: `${WRITTEN}, threaded AS (
  INSERT INTO "Thread" ("sessionId", key, line, seq, told, "behindAt")
  SELECT id, $7, $8, 0, seq, "updatedAt" FROM begun WHERE $7::text IS NOT NULL
), behind AS (
  UPDATE "Thread" SET told = done.seq, "behindAt" = "updatedAt"
  FROM done WHERE "sessionId" = done.id AND events IS NOT NULL
), noticed AS (
  INSERT INTO "Notice" ("sessionId", seq, content, "dueAt")
  SELECT id, notice.seq, content, "updatedAt" FROM done, json_to_recordset($9::json) AS notice (seq int, content json)
) SELECT id FROM done`,
};

/** Writes commits that are like most, and no two of one session. */
export const together = (rows: readonly CommitRow[]): [Statement, unknown[]] => {
  const [first] = rows;
  return rows.length === 1 && first!.scalars.change === 'move'
    ? [COMMIT_MOVE, valuesOf(first!)]
    : [COMMIT, parametersOf(rows)];
};

/** One commit by itself, with all that it may have. */
export function committing(row: CommitRow): [Statement, unknown[]] {
  if (!row.more) return together([row]);
  const { thread, notices } = row.more;
  return [COMMIT_MORE, [...parametersOf([row]), thread?.key ?? null, thread?.line ?? null, notices]];
}

/** The parameters of COMMIT: the short values as one document, then a list of each kind of document. */
const parametersOf = (rows: readonly CommitRow[]): unknown[] => [
  JSON.stringify(rows.map(({ scalars }) => scalars)),
  ...DOCUMENTS.map((name) => jsonArray(rows.map(({ documents }) => documents[name]))),
];

/** The parameters of COMMIT_MOVE. */
const valuesOf = ({ scalars, documents }: CommitRow): unknown[] =>
  // Not out of one object of both: to make that takes ten times as long.
  MOVING.map((name) => (name in documents ? documents[name as Document] : scalars[name as Scalar]));
type Document = keyof CommitRow['documents'];
type Scalar = keyof CommitRow['scalars'];
