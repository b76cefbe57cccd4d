import { CrmflowError } from '../../errors.ts';
import type { Page, PageRequest } from '../../store.ts';

/** The row a page ended with: lists are ordered by time, then id, newest first. */
interface Place {
  at: Date;
  id: string;
}

/** What Prisma must be asked for a page of rows ordered by `column`: one more than fits says whether more follow. */
export function pageQuery<C extends 'createdAt' | 'updatedAt'>(column: C, { limit, cursor }: PageRequest) {
  const newest = 'desc' as const;
  return {
    orderBy: [{ [column]: newest }, { id: newest }] as [Record<C, 'desc'>, { id: 'desc' }],
    take: limit + 1,
    // The first condition is the one an index can begin at.
    after: cursor === undefined ? [] : afterPlace(column, placeIn(cursor)),
  };
}

function afterPlace<C extends string>(column: C, { at, id }: Place) {
  const before = <T>(condition: T) => ({ [column]: condition }) as Record<C, T>;
  return [before({ lte: at }), { OR: [before({ lt: at }), { id: { lt: id } }] }];
}

/** The page in what was read for it. */
export function pageIn<T extends { id: string }>(
  rows: readonly T[],
  limit: number,
  timeOf: (row: T) => Date,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = last && rows.length > limit ? cursorOf({ at: timeOf(last), id: last.id }) : null;
  return { items, nextCursor };
}

const cursorOf = ({ at, id }: Place) => Buffer.from(`${at.getTime()} ${id}`).toString('base64url');

function placeIn(cursor: string): Place {
  const [, time, id] = /^(\d{1,15}) ([^\0]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const at = new Date(Number(time));
  if (id === undefined || Number.isNaN(at.getTime()))
    throw new CrmflowError('invalid_input', 'cursor: it is not one that a list has given.');
  return { at, id };
}
