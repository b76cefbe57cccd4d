import type { Alike, Counts, Store } from '../../store.ts';
import type { Ask } from './ask.ts';

/** Counts what is there: no number is kept anywhere that a turn of a conversation would have to write. */
export const createCounts =
  (ask: Ask): Store['counts'] =>
  async ({ userId, workflowId, since, until }) => {
    const values = [userId, workflowId, since, until];
    const [sessions, reached] = await Promise.all([
      ask<Alike>(ALIKE, values),
      ask<Counts['reached'][number]>(REACHED, values),
    ]);
    return { sessions, reached };
  };

const STARTED = `"userId" = $1 AND "workflowId" = $2 AND "createdAt" >= $3 AND "createdAt" < $4`;

/** The outermost call is the first of the stack. */
const ALIKE = {
  name: 'count-sessions',
  text: `SELECT status, outcome, state->'channel'->>'kind' AS channel,
  CASE WHEN status IN ('running', 'waiting') THEN coalesce((
    SELECT frame->>'nodeId' FROM json_array_elements(state->'stack') AS frame WHERE frame->>'kind' = 'call' LIMIT 1
  ), "nodeId") END AS "nodeId", count(*)::int AS count
FROM "Session" WHERE ${STARTED} GROUP BY 1, 2, 3, 4`,
};

/**
 * Within a called workflow a node is named behind the one that called it, after a slash, which no id has. Each session is
 * looked up by itself: to tell apart what all of them name would take the disk.
 */
const REACHED = {
  name: 'count-reached',
  text: `SELECT "nodeId", count(*)::int AS count
FROM (SELECT id FROM "Session" WHERE ${STARTED}) AS started, LATERAL (
  SELECT DISTINCT split_part(step, '/', 1) AS "nodeId"
  FROM "ExecutionLog" AS log,
    LATERAL (SELECT log."nodeId" UNION ALL SELECT json_array_elements_text(log.data->'path')) AS named (step)
  WHERE log."sessionId" = started.id AND step IS NOT NULL
) AS come GROUP BY "nodeId"`,
};
