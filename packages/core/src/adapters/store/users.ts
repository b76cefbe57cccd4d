import { changedMeanwhile, notFound } from '../../errors.ts';
import type { User } from '../../store.ts';
import type { Ask } from './ask.ts';
import { createLookUps } from './look-ups.ts';
import { pageIn, pageQuery } from './cursor.ts';
import type { Prisma } from './prisma.ts';
import type { PrismaStore } from './prisma-store.ts';
import { inSlices } from './slices.ts';

export function createUsers(ask: Ask, prisma: Prisma): PrismaStore['users'] {
  const epochs = createEpochs(ask);
  return {
    get: (id) => prisma(async ({ user }) => userFrom(await user.findUnique({ where: { id } }))),
    findByEmail: (email) => prisma(async ({ user }) => userFrom(await user.findUnique({ where: { email } }))),
    async create(user) {
      await prisma((client) => client.user.create({ data: user }), taken(user.email));
    },
    async list(page) {
      const { orderBy, take, after } = pageQuery('createdAt', page);
      const found = await prisma(({ user }) => user.findMany({ where: { AND: after }, orderBy, take }));
      const { items, nextCursor } = pageIn(found, page.limit, ({ createdAt }) => createdAt);
      return { items: items.map((row) => userFrom(row)!), nextCursor };
    },
    async update(id, patch, at, epoch) {
      const data = { ...patch, updatedAt: at };
      const where = { id, ...(epoch !== undefined && { tokenEpoch: epoch }) };
      const rows = await prisma(({ user }) => user.updateManyAndReturn({ where, data }), taken(patch.email));
      const user = userFrom(rows[0] ?? null);
      if (user) return user;
      const isThere = await prisma(({ user: users }) => users.count({ where: { id } }));
      throw isThere ? changedMeanwhile() : notFound('user', id);
    },
    async remove(id) {
      await inSlices(ask, REMOVE_LOGS, id);
      await inSlices(ask, REMOVE_SESSIONS, id);
      const { count } = await prisma(({ user }) => user.deleteMany({ where: { id } }));
      if (count === 0) throw notFound('user', id);
    },
    tokenEpoch: (id) => epochs.add({ id }),
    async ensureLocal(id) {
      await ask(ENSURE, [id, `${id}@localhost`]);
    },
  };
}

const taken = (email: string | undefined) => `There is already a user ${email}.`;

const createEpochs = (ask: Ask) =>
  createLookUps<{ id: string }, { tokenEpoch: number }, number>({
    ...{ ask, statement: EPOCHS, most: 500, flights: 2 },
    from: ({ tokenEpoch }) => tokenEpoch,
  });

const EPOCHS = {
  name: 'token-epochs',
  text: `SELECT at, "tokenEpoch" FROM json_to_recordset($1::json) AS wanted (at int, id text),
  LATERAL (SELECT "tokenEpoch" FROM "User" WHERE "User".id = wanted.id LIMIT 1) AS stored`,
};

/** Ahead of the user himself, with whom all of it would go in one statement. */
const REMOVE_LOGS = {
  name: 'remove-logs-of-user',
  text: `DELETE FROM "ExecutionLog"
WHERE id = ANY (ARRAY(SELECT id FROM "ExecutionLog" WHERE "userId" = $1 LIMIT $2)) RETURNING 1`,
};
const REMOVE_SESSIONS = {
  name: 'remove-sessions-of-user',
  text: `DELETE FROM "Session"
WHERE id = ANY (ARRAY(SELECT id FROM "Session" WHERE "userId" = $1 LIMIT $2)) RETURNING 1`,
};

/** `*` is the hash of no password. */
const ENSURE = {
  name: 'ensure-user',
  text: `INSERT INTO "User" (id, email, password, "updatedAt") VALUES ($1, $2, '*', now()) ON CONFLICT DO NOTHING`,
};

type UserRow = Omit<User, 'createdAt' | 'updatedAt'> & {
  createdAt: Date;
  updatedAt: Date;
  knowledgeRevision: number;
};
function userFrom(row: UserRow | null): User | null {
  if (!row) return null;
  const { knowledgeRevision: _revision, ...user } = row;
  return { ...user, createdAt: user.createdAt.toISOString(), updatedAt: user.updatedAt.toISOString() };
}
