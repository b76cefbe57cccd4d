import { notFound } from '../../errors.ts';
import { saved } from '../../session/contact.ts';
import type { ContactFilter, Store } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Ask, Statement } from './ask.ts';
import {
  BY_EMAIL,
  BY_PHONE,
  contactFrom,
  GET,
  HOLD,
  LOCK,
  LOCK_OF,
  PUT,
  REMOVE,
  REMOVE_SESSIONS,
  valuesOf,
} from './contact.sql.ts';
import type { ContactRow } from './contact.sql.ts';
import { pageIn, pageQuery } from './cursor.ts';
import type { Prisma } from './prisma.ts';
import { scrub } from './scrub.ts';
import { inTransaction } from './transaction.ts';

interface Needs {
  ask: Ask;
  prisma: Prisma;
  database: Pick<Database, 'pool' | 'kind'>;
  /** Hears which sessions are gone. */
  forget(sessionIds: readonly string[]): void;
}

const TAKEN = 'There is already a contact with this e-mail address or phone number.';

export function createContacts({ ask, prisma, database, forget }: Needs): Store['contacts'] {
  const { pool } = database;
  async function one(statement: Statement, values: readonly string[]) {
    const [row] = await ask<ContactRow>(statement, values);
    return row ? contactFrom(row) : null;
  }
  return {
    get: (id) => one(GET, [id]),
    findBy: (userId, address) =>
      'email' in address ? one(BY_EMAIL, [userId, address.email]) : one(BY_PHONE, [userId, address.phone]),
    async list(userId, page, only = {}) {
      const { orderBy, take, after } = pageQuery('createdAt', page);
      const where = { userId, AND: [...conditionsOf(only), ...after] };
      const found = await prisma(({ contact }) => contact.findMany({ where, orderBy, take }));
      // The columns hold what `PUT` wrote.
      const { items, nextCursor } = pageIn(
        found as unknown as ContactRow[],
        page.limit,
        (row) => row.createdAt,
      );
      return { items: items.map(contactFrom), nextCursor };
    },
    create: (contact) =>
      inTransaction(
        pool,
        async (within) => {
          await within(LOCK, [contact.userId]);
          await within(PUT, valuesOf(contact));
        },
        TAKEN,
      ),
    update: (id, patch, at) =>
      inTransaction(
        pool,
        async (within) => {
          await within(LOCK_OF, [id]);
          const [row] = await within<ContactRow>(HOLD, [id]);
          if (!row) throw notFound('contact', id);
          const after = saved(contactFrom(row), patch, at);
          await within(PUT, valuesOf(after));
          return after;
        },
        TAKEN,
      ),
    async erase(id) {
      const gone = await inTransaction(pool, async (within) => {
        await within(LOCK_OF, [id]);
        const [held] = await within(HOLD, [id]);
        if (!held) throw notFound('contact', id);
        const sessions = await within<{ id: string }>(REMOVE_SESSIONS, [id]);
        await within(REMOVE, [id]);
        return sessions;
      });
      forget(gone.map((session) => session.id));
      await scrub(database);
    },
  };
}

function conditionsOf({ tag, q }: ContactFilter) {
  const begins = q === undefined ? '' : q.replaceAll(/[\\%_]/g, String.raw`\$&`);
  const insensitive = { mode: 'insensitive' as const };
  return [
    ...(tag === undefined ? [] : [{ tags: { has: tag } }]),
    ...(q === undefined
      ? []
      : [
          {
            OR: [
              { name: { startsWith: begins, ...insensitive } },
              { name: { contains: ` ${begins}`, ...insensitive } },
              { email: { startsWith: begins, ...insensitive } },
              { phone: { startsWith: begins } },
            ],
          },
        ]),
  ];
}
