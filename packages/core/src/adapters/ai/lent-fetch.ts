import type { HttpStream } from '../../ports.ts';
import { Failure } from './failure.ts';
import { mustStream, type Line } from './line.ts';
import { eventsIn } from './sse.ts';

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
export function fetchThrough(
  line: Line,
  { baseUrl, ...terms }: { baseUrl: string; asked: readonly string[]; signal: AbortSignal },
) {
  let failed: Error | undefined;
  const noted = (cause: unknown): never => {
    // A line throws nothing but errors.
    failed ??= cause as Error;
    throw failed;
  };
  const fail = (cause: unknown): never => {
    throw failed ?? new Failure('malformed', '', { cause });
  };
  async function* noting<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* parts;
    } catch (cause) {
      noted(cause);
    }
  }
  return {
    async fetch(url: string | URL | Request, { headers, body }: RequestInit = {}): Promise<Response> {
      const path = String(url).slice(baseUrl.length);
      const sent = { headers: Object.fromEntries(new Headers(headers)), body: body as string };
      const answer = await line({ ...terms, path, ...sent }).catch(noted);
      const isStream = path.endsWith('?alt=sse');
      return new Response(ReadableStream.from(noting(isStream ? retold(answer) : answer.body)));
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

/**
 * Events in the one form that the package reads: it stumbles over comments, line separators in a text and data of
 * several lines, and looks through all that it has of an event again with each piece.
 */
async function* retold(answer: HttpStream): AsyncGenerator<Uint8Array> {
  mustStream(answer);
  for await (const data of eventsIn(answer.body)) {
    const line = data.replace(/[\r\n]+/g, ' ').replace(/[\u2028\u2029]/g, escaped);
    yield Buffer.from(`data: ${line}\n\n`);
  }
}

const escaped = (separator: string) => (separator === '\u2028' ? '\\u2028' : '\\u2029');
