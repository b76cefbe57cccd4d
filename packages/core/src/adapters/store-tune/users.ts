import type { Store, User } from '../../store.ts';
import type { Ask } from './ask.ts';
import type { Prisma } from './prisma.ts';
import type { PrismaStore } from './prisma-store.ts';

export const createUsers = (ask: Ask, prisma: Prisma): PrismaStore['users'] => ({
  get: (id) => prisma(async ({ user }) => userFrom(await user.findUnique({ where: { id } }))),
  findByEmail: (email) => prisma(async ({ user }) => userFrom(await user.findUnique({ where: { email } }))),
  async create(user) {
    await prisma((client) => client.user.create({ data: user }), `There is already a user ${user.email}.`);
  },
  async ensureLocal(id) {
    await ask(ENSURE, [id, `${id}@localhost`]);
  },
});

/** `*` is the hash of no password. */
const ENSURE = {
  name: 'ensure-user',
  text: `INSERT INTO "User" (id, email, password, "updatedAt") VALUES ($1, $2, '*', now()) ON CONFLICT DO NOTHING`,
};

type UserRow = Omit<User, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };
const userFrom = (row: UserRow | null): Awaited<ReturnType<Store['users']['get']>> =>
  row && { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
