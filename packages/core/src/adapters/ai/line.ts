import type { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { Clock, Http, HttpStream } from '../../ports.ts';
import { collected } from '../http/body.ts';
import { complaintIn, quotable, retryAfterMs } from './complaint.ts';
import { Failure } from './failure.ts';
import type { Limits } from './patience.ts';
import { parsed } from './sse.ts';
import { complained } from './status.ts';

export interface Call {
  method?: 'GET' | 'POST';
  /** After the base URL. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal: AbortSignal;
  /** What was asked, so that no sentence repeats it. */
  asked?: readonly string[];
}
/** A line to one server. */
export type Line = (call: Call) => Promise<HttpStream>;

interface Ends {
  http: Http;
  clock: Clock;
  baseUrl: string;
  /** What opens the server, to be sent to it alone. */
  auth: { header: string; value: string; key: string };
  limits: Pick<Limits, 'totalMs' | 'maxBytes'>;
}

const ERROR_BYTES = 100_000;

/**
 * Opens answers of one server through the guarded door. A redirect is not followed: it would take the key and what was
 * asked elsewhere.
 * @throws Failure for whatever is no answer
 */
export const lineTo =
  ({ http, clock, baseUrl, auth, limits: { totalMs, maxBytes } }: Ends): Line =>
  async ({ method = 'POST', path, headers = {}, body, signal, asked = [] }) => {
    const answer = await http
      .stream({
        method,
        url: baseUrl + path,
        headers: { ...headers, ...(auth.value && { [auth.header]: auth.value }) },
        ...(body !== undefined && { body }),
        onlyOrigin: baseUrl,
        secretHeaders: [auth.header],
        maxRedirects: 0,
        maxBytes,
        // Whoever waits counts the time.
        timeoutMs: totalMs,
        firstByteMs: totalMs,
        idleMs: totalMs,
        signal,
      })
      .catch((cause: unknown) => {
        throw refusedAtTheDoor(cause);
      });
    if (answer.status === 200) return { ...answer, body: readable(answer.body) };
    const complaint = complaintIn(parsed(await start(answer.body)));
    throw complained({
      status: answer.status,
      complaint,
      words: complaint ? quotable(complaint.message, { key: auth.key, asked }) : '',
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], clock.now()) ?? complaint?.retryAfterMs,
    });
  };

async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw refusedAtTheDoor(cause);
  }
}

/** What an error's body begins with; nothing of one that cannot be read. */
async function start(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > ERROR_BYTES) break;
    }
  } catch {
    // The status tells enough.
  }
  return Buffer.concat(chunks).toString();
}

/** @throws Failure `malformed` for a page or a whole document in the place of a stream */
export function mustStream({ headers }: HttpStream) {
  if (/\b(?:html|json)\b/i.test(headers['content-type'] ?? ''))
    throw new Failure('malformed', 'a page in the place of an answer');
}

/** @throws Failure `malformed` for anything but JSON of this shape */
export async function jsonIn<S extends z.ZodType>(
  body: AsyncIterable<Uint8Array>,
  shape: S,
): Promise<z.output<S>> {
  const { data, success } = shape.safeParse(parsed(Buffer.from(await collected(body)).toString()));
  if (!success) throw new Failure('malformed');
  return data;
}

/** What the door's refusals (`FailureReason` of http/failure.ts) mean for an answer. */
function refusedAtTheDoor(cause: unknown): unknown {
  if (!(cause instanceof CrmflowError)) return cause;
  const { reason } = cause.details as { reason: string };
  const unreachable = (what: string) => new Failure('unreachable', what, { isFinal: true, cause });
  switch (reason) {
    case 'blocked_address':
      return unreachable(
        'is not on the public internet, so nothing was sent. Whoever runs this installation can allow its host in ALLOWED_PRIVATE_HOSTS.',
      );
    case 'url':
    case 'scheme':
    case 'credentials':
    case 'blocked_port':
      return unreachable('has a base URL that cannot be used. Store another one with its key.');
    case 'redirects':
      return unreachable('redirects elsewhere, where no key is sent. Check its base URL.');
    case 'header':
      return new Failure('key_refused', 'it holds a character that no key has', { cause });
    case 'too_large': {
      const what = 'sent an answer too large to be read to its end. Ask for less.';
      return new Failure('too_long', what, { cause });
    }
    case 'timeout':
      return new Failure('late', '', { cause });
    case 'broken':
      return new Failure('cut', '', { cause });
    case 'encoding':
    case 'headers':
      return new Failure('malformed', '', { cause });
    default:
      return new Failure('unreachable', '', { cause });
  }
}
