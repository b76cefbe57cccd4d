import type { Page, PageRequest } from '../../store.ts';

/** Every page of a list, one after the other. */
export async function walk<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await list(cursor === undefined ? { limit } : { limit, cursor });
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  return pages;
}
/** Rows in pages of so many. */
export const inPages = <T>(rows: readonly T[], limit: number): T[][] =>
  rows.length ? [rows.slice(0, limit), ...inPages(rows.slice(limit), limit)] : [];
