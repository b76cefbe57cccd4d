import { CrmflowError } from '../../errors.ts';
import type { Page, PageRequest } from '../../store.ts';

export const copy = <T>(value: T): T => structuredClone(value);

/** The value itself, which nobody can change any more, nor anything in it. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

type Timed = { id: string; createdAt: string; updatedAt?: string };
export function newestFirst<T extends Timed>(rows: T[], by: 'createdAt' | 'updatedAt'): T[] {
  const key = (row: T) => `${row[by] ?? row.createdAt} ${row.id}`;
  return rows.sort((a, b) => (key(a) < key(b) ? 1 : -1));
}

export function pageFrom<T extends { id: string }>(rows: T[], { limit, cursor }: PageRequest): Page<T> {
  const start = cursor === undefined ? 0 : rows.findIndex(({ id }) => id === idIn(cursor)) + 1;
  if (cursor !== undefined && start === 0)
    throw new CrmflowError('invalid_input', 'cursor: it is not one that a list has given.');
  const items = rows.slice(start, start + limit);
  const last = items.at(-1);
  return { items, nextCursor: last && start + limit < rows.length ? cursorOf(last.id) : null };
}
const cursorOf = (id: string) => Buffer.from(id).toString('base64url');
const idIn = (cursor: string) => Buffer.from(cursor, 'base64url').toString();
