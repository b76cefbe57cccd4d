import type { Store } from '../../store.ts';

/** When something was sent to whom. */
export function memorySendings(): Store['sendings'] & {
  /** Forgets what a user has sent. */
  forgetSendings(userId: string): void;
} {
  const kept = new Map<string, { userId: string; times: string[] }>();
  const forgetWhere = (isMeant: (sent: { userId: string; times: string[] }) => boolean) => {
    for (const [id, sent] of kept) if (isMeant(sent)) kept.delete(id);
  };

  return {
    async count({ id, userId, at, since, most }) {
      const { times } = kept.get(id) ?? { times: [] };
      if (times.filter((time) => time > since).length >= most) return false;
      kept.set(id, { userId, times: [...times, at].slice(-100) });
      return true;
    },
    prune: async (before) => forgetWhere(({ times }) => times.every((time) => time < before)),
    remove: async (id) => void kept.delete(id),
    forgetSendings: (userId) => forgetWhere((sent) => sent.userId === userId),
  };
}
