import type { Prisma as Types } from '../../generated/prisma/client.ts';
import type { Store } from '../../store.ts';
import { pageIn, pageQuery } from './cursor.ts';
import type { Prisma } from './prisma.ts';
import { sessionFrom, type SessionRow } from './rows.ts';

/** Lists sessions, newest first. What a user owns and what he started have an index each: both are asked, and merged. */
export function createList(prisma: Prisma): Store['sessions']['list'] {
  return async ({ of, workflowId, status, waitingFor }, page) => {
    const { orderBy, take, after } = pageQuery('createdAt', page);
    const wanted = {
      ...(workflowId !== undefined && { workflowId }),
      ...(status !== undefined && { status }),
      ...(waitingFor !== undefined && { waitFor: waitingFor }),
    };
    const find = (where: Types.SessionWhereInput) =>
      prisma(({ session }) =>
        session.findMany({
          where: { ...where, ...wanted, AND: after },
          orderBy,
          take,
          omit: { waitFor: true },
        }),
      );
    const found = await Promise.all(partsOf(of).map(find));
    // The columns hold what `commit` wrote.
    const rows = (found.flat() as unknown as SessionRow[]).sort(newestFirst);
    const { items, nextCursor } = pageIn(rows, page.limit, (row) => row.createdAt);
    return { items: items.map(sessionFrom), nextCursor };
  };
}

/** Together all that is meant, and nothing twice. */
const partsOf = (of: Parameters<Store['sessions']['list']>[0]['of']): Types.SessionWhereInput[] =>
  'tokenHash' in of || 'contactId' in of
    ? [of]
    : [of, { starterId: of.userId, OR: [{ userId: null }, { userId: { not: of.userId } }] }];

const newestFirst = (one: SessionRow, other: SessionRow) =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);
