import type { LogEntry } from '../../session/session.ts';
import type { Commit } from '../../store.ts';
import type { Statement } from './ask.ts';
import { jsonArray } from './json-array.ts';
import { packed } from './packed.ts';
import { SESSION_COLUMNS, stateOf } from './rows.ts';

const SCALARS = {
  change: 'text',
  id: 'text',
  fromStep: 'int',
  fromSeq: 'int',
  fromAttempt: 'int',
  workflowId: 'text',
  versionId: 'text',
  userId: 'text',
  starterId: 'text',
  contactId: 'text',
  tokenHash: 'text',
  mode: 'text',
  status: 'text',
  waitFor: 'text',
  outcome: 'text',
  reason: 'text',
  nodeId: 'text',
  step: 'int',
  seq: 'int',
  attempt: 'int',
  dueAt: 'timestamptz',
  createdAt: 'timestamptz',
  updatedAt: 'timestamptz',
  mustBeThere: 'text',
  lineSeq: 'int',
  messageId: 'text',
};
const DOCUMENTS = ['variables', 'state', 'lines', 'events', 'logs'] as const;
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
  INSERT INTO "Thread" ("sessionId", key, seq, told, "behindAt")
  SELECT id, $7, 0, seq, "updatedAt" FROM begun WHERE $7::text IS NOT NULL
), behind AS (
  UPDATE "Thread" SET told = done.seq, "behindAt" = "updatedAt"
  FROM done WHERE "sessionId" = done.id AND events IS NOT NULL
), noticed AS (
  INSERT INTO "Notice" ("sessionId", seq, content, "dueAt")
  SELECT id, notice.seq, content, "updatedAt" FROM done, json_to_recordset($8::json) AS notice (seq int, content json)
) SELECT id FROM done`,
};

/** The short values of one commit; what never changes again is only said of a new session. */
function scalarsOf(commit: Commit): { [name in keyof typeof SCALARS]: unknown } {
  const { from, session, lines, messageId } = commit;
  const fresh = from ? null : session;
  const [first] = lines;
  // Field by field, absent ones undefined: spreading what is there would take longer than the rest of a commit.
  return {
    change: fresh ? 'begin' : 'move',
    id: session.id,
    fromStep: from?.step,
    fromSeq: from?.seq,
    fromAttempt: from?.attempt,
    workflowId: fresh?.workflowId,
    versionId: fresh?.versionId,
    userId: fresh?.userId,
    starterId: fresh?.starterId,
    contactId: fresh?.contactId,
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
    attempt: session.attempt,
    dueAt: session.dueAt,
    updatedAt: session.updatedAt,
    mustBeThere: commit.workflowId ?? undefined,
    lineSeq: first && numberIn(first.id),
    messageId: first && messageId,
  };
}

/** Writes commits that are like most, and no two of one session. */
export const together = (commits: readonly Commit[], newLogId: () => string): [Statement, unknown[]] => {
  const [first] = commits;
  return commits.length === 1 && first?.from
    ? [COMMIT_MOVE, valuesOf(first, newLogId)]
    : [COMMIT, parametersOf(commits, newLogId)];
};

/** The parameters of COMMIT: the short values as one document, then a list of each kind of document. */
function parametersOf(commits: readonly Commit[], newLogId: () => string): unknown[] {
  const documents = commits.map((commit) => documentsOf(commit, newLogId));
  return [
    JSON.stringify(commits.map(scalarsOf)),
    ...DOCUMENTS.map((name) => jsonArray(documents.map((each) => each[name]))),
  ];
}

/** The parameters of COMMIT_MOVE. */
function valuesOf(commit: Commit, newLogId: () => string): unknown[] {
  const values: Record<string, unknown> = scalarsOf(commit);
  for (const [name, document] of Object.entries(documentsOf(commit, newLogId)))
    values[name] = document && JSON.stringify(document);
  return MOVING.map((name) => values[name]);
}

const documentsOf = ({ session, lines, events, logs }: Commit, newLogId: () => string) => ({
  variables: session.variables,
  state: stateOf(session),
  lines: orNull(lines),
  events: orNull(packed(events, lines)),
  logs: logs.map((entry) => rowOf(entry, newLogId())),
});

/** Whether a commit is like most, which are written together. */
export const isPlain = ({ session, thread, notices }: Commit): boolean =>
  session.channel === null && thread === undefined && !notices?.length;

/** One commit by itself, with all that it may have. */
export const committing = (commit: Commit, newLogId: () => string): [Statement, unknown[]] =>
  isPlain(commit)
    ? together([commit], newLogId)
    : [COMMIT_MORE, [...parametersOf([commit], newLogId), commit.thread ?? null, noticesIn(commit)]];

const noticesIn = ({ notices = [] }: Commit): string =>
  JSON.stringify(notices.map(({ seq, ...content }) => ({ seq, content })));

const orNull = <T>(list: readonly T[]) => (list.length > 0 ? list : null);
const rowOf = ({ eventType, nodeId, nodeType, data }: LogEntry, id: string) => ({
  id,
  eventType,
  nodeId,
  nodeType,
  data,
});

/** `m12` is the line of event 12. */
const numberIn = (lineId: string) => Number(lineId.slice(1));
