import { wrongUse } from './wrong-use.ts';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
/** The most rows one call gives. */
const PAGE = 200;

/** The first rows of a list, and whether there are more. */
export async function firstOf<T>(
  wanted: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<{ items: T[]; hasMore: boolean }> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const limit = Math.min(PAGE, wanted - items.length);
    const page: Page<T> = await read({ limit, ...(cursor !== null && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < wanted);
  return { items, hasMore: cursor !== null };
}

/** Every row of a list. */
export const allOf = async <T>(read: Parameters<typeof firstOf<T>>[1]): Promise<T[]> =>
  (await firstOf(Infinity, read)).items;

/** Reads `--limit`. */
export function limitFrom(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw wrongUse(`--limit ${text}: write a whole number from 1.`);
  return limit;
}
