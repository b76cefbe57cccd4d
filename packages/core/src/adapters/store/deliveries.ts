import type { Delivery, DeliveryRow, Settled, Store } from '../../store.ts';
import type { Ask } from './ask.ts';
import { createLogIds } from './log-ids.ts';
import { logFor } from './log.sql.ts';

export function createDeliveries(ask: Ask): Store['deliveries'] {
  const newLogId = createLogIds();
  return {
    list: (sessionId) => ask<DeliveryRow>(LIST, [sessionId]),
    next: async (sessionId, now, until) => (await ask<Delivery>(NEXT, [sessionId, now, until]))[0] ?? null,
    async settle({ sessionId, seq, part }, settled, at) {
      await ask(SETTLE, [sessionId, seq, part, ...columnsOf(settled), newLogId(), at]);
    },
    async due(now, limit) {
      await ask(LOST, [now, newLogId()]);
      return (await ask<{ sessionId: string }>(DUE, [now, limit])).map(({ sessionId }) => sessionId);
    },
  };
}

const columnsOf = (settled: Settled) => [
  settled.state,
  'sid' in settled ? settled.sid : null,
  'reason' in settled ? settled.reason : null,
  'dueAt' in settled ? settled.dueAt : null,
];

const COLUMNS = '"sessionId", seq, part, content, attempts';

const LIST = {
  name: 'list-deliveries',
  text: `SELECT ${COLUMNS}, state, sid, reason FROM "Delivery" WHERE "sessionId" = $1 ORDER BY seq, part`,
};

/** Whoever asks at the same time waits at the row, and finds that it is being sent. */
const NEXT = {
  name: 'next-delivery',
  text: `UPDATE "Delivery" SET state = 'sending', "dueAt" = $3
WHERE ("sessionId", seq, part) = (
  SELECT "sessionId", seq, part FROM "Delivery"
  WHERE "sessionId" = $1 AND state IN ('waiting', 'sending') ORDER BY seq, part LIMIT 1
) AND state = 'waiting' AND "dueAt" <= $2
RETURNING ${COLUMNS}`,
};
/** As `unsentLog` has it: one line for each that has not gone out, or may not have. */
const LINE = {
  eventType: "'message_sent'",
  nodeId: 'NULL',
  nodeType: 'NULL',
  data: "json_build_object('unsent', unsent.state, 'reason', unsent.reason)",
};
const SETTLE = {
  name: 'settle-delivery',
  text: `WITH settled AS (
  UPDATE "Delivery" SET state = $4, sid = $5, reason = $6, "dueAt" = $7,
    attempts = attempts + CASE WHEN $4 = 'waiting' THEN 1 ELSE 0 END,
    content = CASE WHEN $4 = 'waiting' THEN content END
  WHERE "sessionId" = $1 AND seq = $2 AND part = $3 AND state = 'sending'
  RETURNING "sessionId", state, reason
), unsent AS (SELECT * FROM settled WHERE state IN ('failed', 'unknown'))
${logFor('unsent', { ...LINE, id: '$8', at: '$9' })}`,
};
const LOST = {
  name: 'lost-deliveries',
  text: `WITH unsent AS (
  UPDATE "Delivery" SET state = 'unknown', reason = 'crash', "dueAt" = NULL, content = NULL
  WHERE "dueAt" <= $1 AND state = 'sending' RETURNING "sessionId", state, reason
)
${logFor('unsent', { ...LINE, id: '$2::text || row_number() OVER ()', at: '$1' })}`,
};
const DUE = {
  name: 'due-deliveries',
  text: `SELECT "sessionId" FROM "Delivery" AS first
WHERE "dueAt" <= $1 AND state = 'waiting' AND NOT EXISTS (
  SELECT FROM "Delivery" AS before WHERE before."sessionId" = first."sessionId"
    AND (before.seq, before.part) < (first.seq, first.part) AND before.state IN ('waiting', 'sending')
) LIMIT $2`,
};
