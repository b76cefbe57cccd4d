import type { Hearing, Store, Thread } from '../../store.ts';
import type { Ask } from './ask.ts';

export const createThreads = (ask: Ask): Store['threads'] => ({
  get: async (sessionId) => (await ask<Thread>(GET, [sessionId]))[0] ?? null,
  find: async (key) => (await ask<{ sessionId: string }>(FIND, [key]))[0]?.sessionId ?? null,
  hearing: async (line, messageId) => (await ask<Hearing>(HEARING, [line, messageId]))[0] ?? null,
  async handOver({ sessionId, from, to, isOver, deliveries = [] }) {
    const values = [sessionId, from, to, isOver, JSON.stringify(deliveries)];
    return (await ask(HAND_OVER, values)).length > 0;
  },
  behind: async (before, limit) =>
    (await ask<{ sessionId: string }>(BEHIND, [before, limit])).map(({ sessionId }) => sessionId),
});

const GET = {
  name: 'get-thread',
  text: 'SELECT "sessionId", seq FROM "Thread" WHERE "sessionId" = $1',
};
const FIND = { name: 'find-thread', text: 'SELECT "sessionId" FROM "Thread" WHERE key = $1' };

/**
 * Few are on one line. OFFSET keeps PostgreSQL from joining tables: so each of them is looked up in the indexes, also where
 * statistics are never taken. An EXISTS might read all messages once.
 */
const HEARING = {
  name: 'hearing-thread',
  text: `SELECT "sessionId", status = 'running' AND NOT "isKnown" AS "isAtWork" FROM "Thread", LATERAL (
  SELECT status, "waitFor", "updatedAt", (
    SELECT true FROM "Message" AS taken WHERE taken."sessionId" = kept.id AND "messageId" = $2
  ) IS TRUE AS "isKnown"
  FROM "Session" AS kept WHERE kept.id = "Thread"."sessionId" OFFSET 0
) AS stored
WHERE line = $1 AND (status = 'running' OR (status = 'waiting' AND ("isKnown" OR "waitFor" IN ('message', 'person'))))
ORDER BY "isKnown" DESC, status = 'running', "updatedAt" DESC LIMIT 1`,
};

/** One statement: what is to be sent is noted by whoever has taken it, or not at all. */
const HAND_OVER = {
  name: 'hand-over',
  text: `WITH taken AS (
  UPDATE "Thread" SET seq = $3, key = CASE WHEN $4 THEN NULL ELSE key END, line = CASE WHEN $4 THEN NULL ELSE line END,
    "behindAt" = CASE WHEN told > $3 THEN "behindAt" END
  WHERE "sessionId" = $1 AND seq = $2::int RETURNING "sessionId"
), noted AS (
  INSERT INTO "Delivery" ("sessionId", seq, part, state, content, "dueAt")
  SELECT "sessionId", seq, part, 'waiting', content, '-infinity'
  FROM taken, json_to_recordset($5::json) AS given (seq int, part int, content json)
)
SELECT "sessionId" FROM taken`,
};

/** However many are open, only those are looked at. */
const BEHIND = {
  name: 'threads-behind',
  text: 'SELECT "sessionId" FROM "Thread" WHERE "behindAt" <= $1 ORDER BY "behindAt" LIMIT $2',
};
