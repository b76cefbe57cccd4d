import type { ModelUse, Store } from '../../store.ts';
import type { Ask } from './ask.ts';

export const createSpending = (ask: Ask): Store['spending'] => ({
  take: async (scope, day, tokens, most) => (await ask(TAKE, [scope, day, tokens, most])).length > 0,
  giveBack: async (scope, day, tokens) => void (await ask(GIVE_BACK, [scope, day, tokens])),
  record: async (call) => void (await ask(RECORD, [JSON.stringify(call)])),
  used: ({ userId, workflowId = null, since, until }) =>
    ask<ModelUse>(USED, [userId, workflowId, since, until]),
});

/** Those who take at the same time wait for each other at the row, and each looks at what the one before has left. */
const TAKE = {
  name: 'take-tokens',
  text: `INSERT INTO "Spending" AS stored (scope, day, tokens)
SELECT $1, $2::date, $3::int WHERE $3::int <= $4::int
ON CONFLICT (scope, day) DO UPDATE SET tokens = stored.tokens + EXCLUDED.tokens
  WHERE stored.tokens::bigint + EXCLUDED.tokens <= $4::int
RETURNING scope`,
};
const GIVE_BACK = {
  name: 'give-back-tokens',
  text: 'UPDATE "Spending" SET tokens = GREATEST(0, LEAST(tokens::bigint - $3::int, 2147483647)) WHERE scope = $1 AND day = $2::date',
};

const COLUMNS =
  '"workflowId", "sessionId", provider, model, "inputTokens", "outputTokens", cost, outcome, ms';
const RECORD = {
  name: 'record-model-call',
  text: `INSERT INTO "ModelCall" (id, "userId", "createdAt", ${COLUMNS})
SELECT given.id, "User".id, given."createdAt", ${COLUMNS}
FROM json_populate_record(NULL::"ModelCall", $1::json) AS given JOIN "User" ON "User".id = given."userId"`,
};
const USED = {
  name: 'model-use',
  text: `SELECT to_char("createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, provider, model,
  count(*)::int AS calls, (count(*) FILTER (WHERE outcome <> 'ok'))::int AS failed,
  sum("inputTokens")::float8 AS "inputTokens", sum("outputTokens")::float8 AS "outputTokens", sum(cost) AS cost
FROM "ModelCall"
WHERE "userId" = $1 AND ($2::text IS NULL OR "workflowId" = $2)
  AND "createdAt" >= $3::date::timestamp AT TIME ZONE 'UTC'
  AND "createdAt" < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2 DESC, 3 DESC`,
};
