import type { Store, StoredReply } from '../../store.ts';
import type { Ask } from './ask.ts';

type Row = Omit<StoredReply, 'createdAt'> & { createdAt: Date };

export const createReplies = (ask: Ask): Store['replies'] => ({
  async claim({ id, fingerprint, createdAt }, staleBefore) {
    for (;;) {
      const claimed = await ask<{ id: string }>(CLAIM, [id, fingerprint, createdAt, staleBefore]);
      if (claimed.length) return null;
      const [there] = await ask<Row>(READ, [id]);
      // Whoever held it may have let it go in between.
      if (there) return { ...there, createdAt: there.createdAt.toISOString() };
    }
  },
  answer: async (id, answer) => void (await ask(ANSWER, [id, answer])),
  remove: async (id) => void (await ask(REMOVE, [id])),
  prune: async (before) => void (await ask(PRUNE, [before])),
});

const CLAIM = {
  name: 'claim-reply',
  text: `INSERT INTO "Reply" AS there (id, fingerprint, "createdAt") VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, "createdAt" = EXCLUDED."createdAt"
WHERE there.answer IS NULL AND there."createdAt" < $4::timestamptz
RETURNING id`,
};
const READ = {
  name: 'read-reply',
  text: 'SELECT id, fingerprint, answer, "createdAt" FROM "Reply" WHERE id = $1',
};
const ANSWER = { name: 'answer-reply', text: 'UPDATE "Reply" SET answer = $2 WHERE id = $1' };
const REMOVE = { name: 'remove-reply', text: 'DELETE FROM "Reply" WHERE id = $1' };
const PRUNE = { name: 'prune-replies', text: 'DELETE FROM "Reply" WHERE "createdAt" < $1' };
