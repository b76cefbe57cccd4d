import type { Store, StoredReply } from '../../store.ts';
import type { Ask } from './ask.ts';

type Row = Omit<StoredReply, 'createdAt'> & { createdAt: Date };

export const createReplies = (ask: Ask): Store['replies'] => ({
  async claim({ id, fingerprint, userId, createdAt }, staleBefore) {
    for (;;) {
      const claimed = await ask<{ id: string }>(CLAIM, [id, fingerprint, userId, createdAt, staleBefore]);
      if (claimed.length) return null;
      const [there] = await ask<Row>(READ, [id]);
      // Whoever held it may have let it go in between.
      if (there) return { ...there, createdAt: there.createdAt.toISOString() };
    }
  },
  answer: async (id, answer, { sessionId, contactId }) =>
    void (await ask(ANSWER, [id, answer, sessionId, contactId])),
  remove: async (id) => void (await ask(REMOVE, [id])),
  prune: async (before) => void (await ask(PRUNE, [before])),
});

const CLAIM = {
  name: 'claim-reply',
  text: `INSERT INTO "Reply" AS there (id, fingerprint, "userId", "createdAt")
SELECT $1, $2, (SELECT id FROM "User" WHERE id = $3), $4
ON CONFLICT (id) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, "createdAt" = EXCLUDED."createdAt"
WHERE there.answer IS NULL AND there."createdAt" < $5::timestamptz
RETURNING id`,
};
const READ = {
  name: 'read-reply',
  text: 'SELECT id, fingerprint, answer, "userId", "sessionId", "contactId", "createdAt" FROM "Reply" WHERE id = $1',
};
/** A session or a contact that was erased meanwhile takes the answer with it. */
const ANSWER = {
  name: 'answer-reply',
  text: `UPDATE "Reply" SET answer = $2, "sessionId" = $3, "contactId" = $4
WHERE id = $1 AND ($3::text IS NULL OR EXISTS (SELECT FROM "Session" WHERE id = $3))
  AND ($4::text IS NULL OR EXISTS (SELECT FROM "Contact" WHERE id = $4))`,
};
const REMOVE = { name: 'remove-reply', text: 'DELETE FROM "Reply" WHERE id = $1' };
const PRUNE = { name: 'prune-replies', text: 'DELETE FROM "Reply" WHERE "createdAt" < $1' };
