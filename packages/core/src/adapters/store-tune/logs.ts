import type { LogRow, Store } from '../../store.ts';
import { pageIn, pageQuery } from './cursor.ts';
import type { Prisma } from './prisma.ts';

export const createLogs =
  (prisma: Prisma): Store['logs'] =>
  async ({ userId, workflowId, sessionId, eventType, since, until }, page) => {
    const { orderBy, take, after } = pageQuery('createdAt', page);
    const time = { ...(since !== undefined && { gte: since }), ...(until !== undefined && { lt: until }) };
    const where = {
      userId,
      ...(workflowId !== undefined && { workflowId }),
      ...(sessionId !== undefined && { sessionId }),
      ...(eventType !== undefined && { eventType }),
      AND: [{ createdAt: time }, ...after],
    };
    const found = await prisma(({ executionLog }) =>
      executionLog.findMany({ where, orderBy, take, omit: { userId: true } }),
    );
    const { items, nextCursor } = pageIn(found, page.limit, ({ createdAt }) => createdAt);
    const rows = items.map((row) => ({
      ...row,
      data: row.data as LogRow['data'],
      createdAt: row.createdAt.toISOString(),
    }));
    return { items: rows, nextCursor };
  };
