import { z } from 'zod';

/** Where words were taken from. */
export const Citation = z.object({
  /** What the item is called: a question, a file's name, a page's title. */
  source: z.string(),
  text: z.string(),
  /** Of a PDF, from 1. */
  page: z.int().optional(),
  /** Of a web page. */
  url: z.string().optional(),
});
export type Citation = z.infer<typeof Citation>;
