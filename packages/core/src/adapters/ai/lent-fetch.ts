import { Failure } from './failure.ts';
import { mustStream, type Line } from './line.ts';

/**
 * Makes a call of @google/generative-ai with a `fetch` of ours. The package takes no other than the global one, which
 * would follow a redirect with the key and read without bounds. It takes it at the very beginning of a call, so ours
 * stands there only while this function runs, and nobody else can come upon it.
 */
export function lending<T>({ fetch }: { fetch: typeof globalThis.fetch }, call: () => T): T {
  const own = globalThis.fetch;
  globalThis.fetch = fetch;
  try {
    return call();
  } finally {
    globalThis.fetch = own;
  }
}

/** A `fetch` that goes through a line, and remembers what failed there: the package drops causes. */
export function fetchThrough(line: Line, terms: { asked: readonly string[]; signal: AbortSignal }) {
  let failed: Error | undefined;
  const noted = (cause: unknown): never => {
    // A line throws nothing but errors.
    failed ??= cause as Error;
    throw failed;
  };
  async function* noting(body: AsyncIterable<Uint8Array>) {
    try {
      yield* body;
    } catch (cause) {
      noted(cause);
    }
  }
  const fail = (cause: unknown): never => {
    throw failed ?? new Failure(UNFINISHED.test(String(cause)) ? 'cut' : 'malformed', '', { cause });
  };
  return {
    async fetch(url: string | URL | Request, { headers, body }: RequestInit = {}): Promise<Response> {
      try {
        const answer = await line({
          ...terms,
          url: url as string,
          headers: Object.fromEntries(new Headers(headers)),
          body: body as string,
        });
        if (String(url).includes('alt=sse')) mustStream(answer);
        return new Response(ReadableStream.from(noting(answer.body)), { status: answer.status });
      } catch (cause) {
        return noted(cause);
      }
    },
    /** Throws what really happened. */
    fail,
    async *told<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
      const parts = stream[Symbol.asyncIterator]();
      for (;;) {
        const next = await parts.next().catch(fail);
        if (next.done) return;
        yield next.value;
      }
    },
  };
}

/** The package's words for an answer that ends in the middle of an event. */
const UNFINISHED = /Failed to parse stream/;
