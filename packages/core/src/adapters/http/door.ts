import { lookup as systemLookup } from 'node:dns/promises';
import { Agent } from 'undici';
import type { Http, HttpRequest, HttpStream } from '../../ports.ts';
import { allowing } from './addresses.ts';
import { collected, contentOf } from './body.ts';
import { guardedConnector, type Lookup } from './connect.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { exchangeFailure, Failure, refusal } from './failure.ts';
import { firstHop, nextHop, redirectOf, type Hop } from './hop.ts';

/** The door: the `Http` port, and what only its owner does. */
export interface Door extends Http {
  /** Closes every connection; requests under way end as cancelled. */
  close(): Promise<void>;
}

const DEFAULTS = {
  timeoutMs: 30_000,
  firstByteMs: 30_000,
  idleMs: 10_000,
  maxBytes: 5_000_000,
  maxRedirects: 5,
};

/**
 * The one way out. A request reaches hosts on the public internet and those the installation's owner allows by name
 * (`crm.lan`, `192.168.1.10:8080`), after a redirect too. Proxies of the environment are not used, cookies not kept.
 *
 * Every failure is a `CrmflowError` whose sentence may be shown to a workflow's author and whose `details` are
 * `{ reason: FailureReason }`. A status of 400 and above is an answer, not a failure.
 */
export function createHttp({
  allowedPrivateHosts = [],
  lookup = systemLookup,
}: { allowedPrivateHosts?: readonly string[]; lookup?: Lookup } = {}): Door {
  const agent = new Agent({
    connect: guardedConnector({ isAllowed: allowing(allowedPrivateHosts), lookup }),
    connections: 256,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: 32_768,
  });
  return {
    async send(request) {
      const answer = await open(agent, request);
      return { ...answer, body: await collected(answer.body) };
    },
    stream: (request) => open(agent, request),
    close: () => agent.destroy(),
  };
}

/** Sends a request, follows where it is redirected to, and opens the answer. */
async function open(agent: Agent, request: HttpRequest): Promise<HttpStream> {
  const asked = { ...DEFAULTS, ...request };
  const deadline = startDeadline(asked.timeoutMs, request.signal);
  let isRedirected = false;
  const told = (cause: unknown) =>
    refusal(exchangeFailure(cause, asked), { host: hostOf(request.url), isRedirected });
  try {
    let hop = firstHop(asked);
    for (let redirects = 0; ; redirects++) {
      const { body, ...answer } = await exchange(agent, hop, { ...asked, deadline });
      const location = redirectOf(answer);
      if (location === undefined) {
        const content = contentOf(body, { ...answer, method: hop.method, maxBytes: asked.maxBytes });
        return { ...content, url: hop.url.href, body: untilDone(content.body, { deadline, told }) };
      }
      if (redirects === asked.maxRedirects) throw new Failure('redirects', String(redirects));
      isRedirected = true;
      hop = nextHop(hop, { ...request, ...answer, location });
      // A short page is read, so that its connection can be used again; a long or slow one is cut.
      await body.dump({ limit: 16_384, signal: AbortSignal.timeout(250) }).catch(() => {});
    }
  } catch (cause) {
    deadline.stop();
    throw told(cause);
  }
}

/** A body whose end is the request's end, and whose failure is told like one of its head. */
async function* untilDone(
  chunks: AsyncIterable<Uint8Array>,
  { deadline, told }: { deadline: Deadline; told: (cause: unknown) => Error },
) {
  try {
    yield* chunks;
    deadline.done();
  } catch (cause) {
    throw told(cause);
  } finally {
    deadline.stop();
  }
}

/** The host a URL names, for sentences: nothing else of it is ever repeated. */
const hostOf = (url: string): string => (URL.canParse(url) && new URL(url).host) || 'The address';

interface Terms {
  firstByteMs: number;
  idleMs: number;
  deadline: Deadline;
}

/** One request and its answer's head. */
async function exchange(agent: Agent, { url, ...hop }: Hop, { firstByteMs, idleMs, deadline }: Terms) {
  deadline.signal.throwIfAborted();
  const answer = await deadline.within(
    agent.request({
      ...hop,
      origin: url.origin,
      path: url.pathname + url.search,
      headersTimeout: firstByteMs,
      bodyTimeout: idleMs,
      signal: deadline.signal,
    }),
  );
  return { status: answer.statusCode, headers: flat(answer.headers), body: answer.body };
}

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
