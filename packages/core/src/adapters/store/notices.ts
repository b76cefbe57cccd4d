import type { Notice } from '../../session/notices.ts';
import type { Store } from '../../store.ts';
import type { Ask } from './ask.ts';
import { createLogIds } from './log-ids.ts';

interface NoticeRow {
  sessionId: string;
  seq: number;
  attempts: number;
  content: Omit<Notice, 'seq'>;
}

export function createNotices(ask: Ask): Store['notices'] {
  const newLogId = createLogIds();
  return {
    async claim(now, limit, until) {
      const rows = await ask<NoticeRow>(CLAIM, [now, limit, until]);
      return rows.map(({ content, ...row }) => ({ ...row, ...content }));
    },
    async remove({ sessionId, seq }, given) {
      if (!given) return void (await ask(REMOVE, [sessionId, seq]));
      const { eventType, nodeId, nodeType, data } = given.log;
      const row = [newLogId(), eventType, nodeId, nodeType, JSON.stringify(data), given.at];
      await ask(GIVE_UP, [sessionId, seq, ...row]);
    },
    putOff: async ({ sessionId, seq }, dueAt) => void (await ask(PUT_OFF, [sessionId, seq, dueAt])),
  };
}

/** Looked for once, whatever the database expects. */
const CLAIM = {
  name: 'claim-notices',
  text: `WITH taken AS MATERIALIZED (
  SELECT "sessionId", seq FROM "Notice" AS first
  WHERE "dueAt" <= $1 AND NOT EXISTS (
    SELECT FROM "Notice" AS before WHERE before."sessionId" = first."sessionId" AND before.seq < first.seq
  ) ORDER BY "dueAt" LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE "Notice" AS notice SET "dueAt" = $3 FROM taken
WHERE notice."sessionId" = taken."sessionId" AND notice.seq = taken.seq
RETURNING notice."sessionId", notice.seq, attempts, content`,
};
const REMOVE = { name: 'remove-notice', text: 'DELETE FROM "Notice" WHERE "sessionId" = $1 AND seq = $2' };
/** One line, whoever else may have given it up. */
const GIVE_UP = {
  name: 'give-up-notice',
  text: `WITH gone AS (DELETE FROM "Notice" WHERE "sessionId" = $1 AND seq = $2 RETURNING "sessionId")
INSERT INTO "ExecutionLog" (id, "eventType", "nodeId", "nodeType", data, "sessionId", "userId", "workflowId", "createdAt")
SELECT $3, $4::"LogEventType", $5, $6::"NodeType", $7::json, told.id, told."userId",
  (SELECT id FROM "Workflow" AS kept WHERE kept.id = told."workflowId"), $8::timestamptz
FROM gone, "Session" AS told WHERE told.id = gone."sessionId"`,
};
const PUT_OFF = {
  name: 'put-off-notices',
  text: `UPDATE "Notice" SET "dueAt" = $3, attempts = attempts + CASE WHEN seq = $2 THEN 1 ELSE 0 END
WHERE "sessionId" = $1`,
};
