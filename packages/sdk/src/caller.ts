import { answerOf, fileOf } from './answer.ts';
import { exchange } from './exchange.ts';
import { randomId } from './patience.ts';
import { requestFor, type Input, type Request } from './request.ts';
import type { Route } from './routes.ts';
import type { CallOptions, ClientOptions } from './types.ts';

/** Who calls: a login, and what opens single sessions. */
export interface Credentials {
  login: string | undefined;
  /** Tokens by session: of those started as a guest, and those that were given to us. */
  sessions: Map<string, string>;
}
export interface Caller {
  call(route: Route, input: Input, options: CallOptions): Promise<unknown>;
  /** The body of the answer as it comes. */
  stream(route: Route, input: Input, signal: AbortSignal | undefined): Promise<ReadableStream<Uint8Array>>;
}

interface Begun {
  session: { id: string };
  token: string;
}

/** Turns operations into requests, signed by whoever calls. */
export function createCaller(options: ClientOptions, credentials: Credentials): Caller {
  const { url, timeoutMs: usualMs = 30_000, retries: usually = 2 } = options;
  // Called as a method of anything but the window, a browser's own fetch refuses.
  const send = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));

  function signed(route: Route, input: Input): Request {
    const request = requestFor(route, input);
    const session = typeof input.id === 'string' ? credentials.sessions.get(input.id) : undefined;
    const token = (route.noun === 'sessions' ? session : undefined) ?? credentials.login;
    if (token !== undefined) request.headers.authorization = `Bearer ${token}`;
    return request;
  }
  const exchanged = <T>(
    { longestMs = 0, asksModel = false }: Route,
    request: Request,
    { signal, timeoutMs = Math.max(usualMs, longestMs), retries = usually }: CallOptions,
    read: (response: Response) => Promise<T>,
  ) =>
    exchange({
      fetch: send,
      url: `${url}/api${request.path}`,
      request,
      timeoutMs,
      retries,
      retriesRefusals: !asksModel,
      signal,
      read,
    });

  /** A guest's session is opened by its own token alone. */
  const keepSession = ({ session, token }: Begun) => void credentials.sessions.set(session.id, token);

  return {
    async call(route, input, options) {
      const request = signed(route, input);
      const isRead = route.method === 'get';
      // Logging in twice does no harm, and what is kept for a key would hold the token.
      const key = options.idempotencyKey ?? (route.noun === 'auth' ? undefined : randomId());
      if (!isRead && key !== undefined) request.headers['idempotency-key'] = key;
      const answer = await exchanged(route, request, options, route.givesFile ? fileOf : answerOf);
      if (route.noun === 'auth') credentials.login = tokenIn(answer) ?? credentials.login;
      if (route.noun === 'sessions' && route.verb === 'start' && credentials.login === undefined)
        keepSession(answer as Begun);
      return answer;
    },
    stream(route, input, signal) {
      const request = signed(route, input);
      request.headers.accept = 'text/event-stream';
      return exchanged(route, request, { signal }, (response) => Promise.resolve(response.body!));
    },
  };
}

/** Logging in, registering and a changed password answer with the token that is good from now on. */
const tokenIn = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && 'token' in answer && typeof answer.token === 'string'
    ? answer.token
    : undefined;
