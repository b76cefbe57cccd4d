import type { CallOptions } from './types.ts';
import type { Input } from './request.ts';

interface Page {
  items: unknown[];
  nextCursor: string | null;
}

/** Every row of a list, asking for the next page when the loop has come to its end. */
export const pagesOf = (list: (input: Input, options?: CallOptions) => Promise<unknown>) =>
  async function* all(input: Input = {}, options?: CallOptions): AsyncGenerator<unknown, void, undefined> {
    for (let cursor: string | null | undefined; cursor !== null;) {
      // Only lists are given this as a method.
      const page = (await list({ ...input, cursor }, options)) as Page;
      yield* page.items;
      cursor = page.nextCursor;
    }
  };
