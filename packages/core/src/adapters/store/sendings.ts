import type { Store } from '../../store.ts';
import type { Ask } from './ask.ts';

export const createSendings = (ask: Ask): Store['sendings'] => ({
  count: async ({ id, userId, at, since, most }) =>
    (await ask(COUNT, [id, userId, at, since, most])).length > 0,
  prune: async (before) => void (await ask(PRUNE, [before])),
  remove: async (id) => void (await ask(REMOVE, [id])),
});

/**
 * Those who count at the same time wait for each other at the row, and each looks at what the one before has left. The
 * latest hundred times are kept: no limit asks for more.
 */
const COUNT = {
  name: 'count-sending',
  text: `INSERT INTO "Sending" AS stored (id, "userId", times, "lastAt")
SELECT $1, "User".id, ARRAY[$3::timestamptz], $3::timestamptz FROM "User" WHERE "User".id = $2
ON CONFLICT (id) DO UPDATE
  SET times = (stored.times || EXCLUDED.times)[greatest(1, cardinality(stored.times) - 98):],
    "lastAt" = greatest(stored."lastAt", EXCLUDED."lastAt")
  WHERE (SELECT count(*) FROM unnest(stored.times) AS counted WHERE counted > $4::timestamptz) < $5::int
RETURNING id`,
};
const REMOVE = { name: 'remove-sending', text: 'DELETE FROM "Sending" WHERE id = $1' };
const PRUNE = { name: 'prune-sendings', text: 'DELETE FROM "Sending" WHERE "lastAt" < $1' };
