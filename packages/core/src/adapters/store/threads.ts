import type { Store, Thread } from '../../store.ts';
import type { Ask } from './ask.ts';

export const createThreads = (ask: Ask): Store['threads'] => ({
  get: async (sessionId) => (await ask<Thread>(GET, [sessionId]))[0] ?? null,
  find: async (key) => (await ask<{ sessionId: string }>(FIND, [key]))[0]?.sessionId ?? null,
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

/** One statement: what is to be sent is noted by whoever has taken it, or not at all. */
const HAND_OVER = {
  name: 'hand-over',
  text: `WITH taken AS (
  UPDATE "Thread" SET seq = $3, key = CASE WHEN $4 THEN NULL ELSE key END,
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
