import { changedMeanwhile, CrmflowError, notFound } from '../../errors.ts';
import type { SealedKey, Store, StoredFile, StoredReply, User } from '../../store.ts';
import { copy, newestFirst, pageFrom } from './rows.ts';

/** Users with what is theirs alone: keys, and what calls were answered. */
export function memoryAccounts(forget: (userId: string) => void): Pick<
  Store,
  'users' | 'keys' | 'replies'
> & {
  /** Forgets what was answered about a session or a contact. */
  forgetReplies(aboutId: string): void;
} {
  const users = new Map<string, User>();
  const keys = new Map<string, SealedKey>();
  const replies = new Map<string, StoredReply>();
  const isTaken = ({ id, email }: Pick<User, 'id'> & Partial<User>) =>
    [...users.values()].some((other) => other.id !== id && other.email === email);
  const taken = (email: string | undefined) =>
    new CrmflowError('conflict', `There is already a user ${email}.`);
  const keyOf = (userId: string, service: string) => `${userId} ${service}`;
  const ordered = (rows: Iterable<SealedKey>, by: 'id' | 'service') =>
    [...rows].sort((a, b) => (a[by] < b[by] ? -1 : 1));

  return {
    users: {
      get: async (id) => copy(users.get(id) ?? null),
      findByEmail: async (email) => copy([...users.values()].find((user) => user.email === email) ?? null),
      async create(user) {
        if (users.has(user.id) || isTaken(user)) throw taken(user.email);
        users.set(user.id, copy(user));
      },
      list: async (page) => copy(pageFrom(newestFirst([...users.values()], 'createdAt'), page)),
      async update(id, patch, at, epoch) {
        const user = users.get(id);
        if (!user) throw notFound('user', id);
        if (epoch !== undefined && epoch !== user.tokenEpoch) throw changedMeanwhile();
        if (isTaken({ id, ...patch })) throw taken(patch.email);
        const saved = { ...user, ...patch, updatedAt: at };
        users.set(id, saved);
        return copy(saved);
      },
      async remove(id) {
        if (!users.delete(id)) throw notFound('user', id);
        for (const [key, row] of keys) if (row.userId === id) keys.delete(key);
        forgetWhere((reply) => reply.userId === id);
        forget(id);
      },
      tokenEpoch: async (id) => users.get(id)?.tokenEpoch ?? null,
    },
    keys: {
      get: async (userId, service) => copy(keys.get(keyOf(userId, service)) ?? null),
      async list(userId, page) {
        const own = [...keys.values()].filter((row) => row.userId === userId);
        return copy(pageFrom(ordered(own, 'service'), page));
      },
      async put(key) {
        const at = keyOf(key.userId, key.service);
        const before = keys.get(at);
        const saved = before ? { ...key, id: before.id, createdAt: before.createdAt } : key;
        keys.set(at, copy(saved));
        return copy(saved);
      },
      remove: async (userId, service) => keys.delete(keyOf(userId, service)),
      after: async (id, limit) =>
        copy(
          ordered(keys.values(), 'id')
            .filter((row) => id === null || row.id > id)
            .slice(0, limit),
        ),
      async reseal(id, from, to) {
        const row = [...keys.values()].find((key) => key.id === id);
        if (row?.encryptedKey !== from) return false;
        row.encryptedKey = to;
        return true;
      },
    },
    replies: {
      async claim(reply, staleBefore) {
        const there = replies.get(reply.id);
        const isFree = !there || (there.answer === null && there.createdAt < staleBefore);
        if (isFree) replies.set(reply.id, copy(reply));
        return isFree ? null : copy(there);
      },
      async answer(id, answer, about) {
        const reply = replies.get(id);
        if (reply) replies.set(id, { ...reply, answer, ...about });
      },
      async remove(id) {
        replies.delete(id);
      },
      prune: async (before) => forgetWhere(({ createdAt }) => createdAt < before),
    },
    forgetReplies: (aboutId) =>
      forgetWhere(({ sessionId, contactId }) => sessionId === aboutId || contactId === aboutId),
  };

  function forgetWhere(isMeant: (reply: StoredReply) => boolean): void {
    for (const [id, reply] of replies) if (isMeant(reply)) replies.delete(id);
  }
}

/** The files of sessions that are there. */
export function memoryFiles(isSession: (id: string) => boolean): Store['files'] {
  const files = new Map<string, StoredFile>();
  return {
    async put(file) {
      files.set(file.id, copy(file));
    },
    async get(sessionId, id) {
      const file = files.get(id);
      if (file && !isSession(file.sessionId)) files.delete(id);
      return file?.sessionId === sessionId && isSession(sessionId) ? copy(file) : null;
    },
    async findByHash(hash, sessionId) {
      const same = [...files.values()].filter((file) => file.hash === hash && isSession(file.sessionId));
      return copy(same.find((file) => file.sessionId === sessionId) ?? same[0] ?? null);
    },
  };
}
