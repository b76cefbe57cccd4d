import type { Notice } from '../../session/notices.ts';
import type { Store } from '../../store.ts';
import type { Ask } from './ask.ts';
import { createLogIds } from './log-ids.ts';
import { logFor } from './log.sql.ts';

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
${logFor('gone', { id: '$3', eventType: '$4', nodeId: '$5', nodeType: '$6', data: '$7', at: '$8' })}`,
};
const PUT_OFF = {
  name: 'put-off-notices',
  text: `UPDATE "Notice" SET "dueAt" = $3, attempts = attempts + CASE WHEN seq = $2 THEN 1 ELSE 0 END
WHERE "sessionId" = $1`,
};
