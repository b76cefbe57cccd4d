import { z } from 'zod';

/** What every list takes. */
export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** From `nextCursor` of the page before. */
  cursor: z.string().max(500).optional(),
};
/** What every list answers. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
