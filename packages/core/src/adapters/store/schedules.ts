import type { DueWorkflow, Store } from '../../store.ts';
import type { Ask } from './ask.ts';

type Row = Omit<DueWorkflow, 'firesAt'> & { firesAt: Date };

export const createSchedules = (ask: Ask): Store['schedules'] => ({
  async claim(now, until) {
    const [row] = await ask<Row>(CLAIM, [now, until]);
    return row ? { ...row, firesAt: row.firesAt.toISOString() } : null;
  },
  release: async ({ id, firesAt }, to) => void (await ask(RELEASE, [id, firesAt, to.firesAt, to.after])),
});

const CLAIM = {
  name: 'claim-schedule',
  text: `UPDATE "Workflow" SET "firingUntil" = $2 WHERE id = (
    SELECT id FROM "Workflow"
    WHERE "firesAt" <= $1::timestamptz AND ("firingUntil" IS NULL OR "firingUntil" <= $1::timestamptz)
    ORDER BY "firesAt" LIMIT 1 FOR UPDATE SKIP LOCKED
  ) RETURNING id, "userId", "firesAt", "firingAfter" AS after`,
};
const RELEASE = {
  name: 'release-schedule',
  text: `UPDATE "Workflow" SET "firesAt" = $3, "firingAfter" = $4, "firingUntil" = NULL
WHERE id = $1 AND "firesAt" = $2::timestamptz`,
};
