import type { Crmflow, ErrorBody, GeneratePart, HandoverEvent, SessionEvent } from '@crmflow/core/contract';
import { createCaller, type Caller, type Credentials } from './caller.ts';
import { CrmflowError } from './errors.ts';
import { follow } from './follow.ts';
import { handoversOn } from './handovers.ts';
import { pagesOf } from './pages.ts';
import type { Input } from './request.ts';
import { routes } from './routes.ts';
import { serverSent } from './server-sent.ts';
import { LiveSession } from './session.ts';
import type { CallOptions, ClientOptions, HandoverOptions, Operations, SessionOptions } from './types.ts';

type First<F extends (...args: never[]) => unknown> = Parameters<F>[0];

/** Where a conversation was left. */
interface Resumed {
  sessionId: string;
  /** What its starter was given; not needed by those who are logged in as its starter or as the workflow's owner. */
  token?: string | undefined;
  /** The number of the last event that is known: 0, to hear everything, unless said. */
  lastSeq?: number | undefined;
}

// Made of the table of routes, so that no operation can be missing.
export interface CRMFlow extends Operations {}

/** CRMFlow over the wire: every operation by noun and verb, and conversations as they happen. */
export class CRMFlow implements Crmflow {
  readonly #url: string;
  readonly #credentials: Credentials;
  readonly #caller: Caller;

  /** @throws CrmflowError `invalid_input` when `url` is no address of a server, or ends with `/api` */
  constructor(options: ClientOptions) {
    this.#url = serverUrl(options.url);
    this.#credentials = {
      login: options.token,
      sessions: new Map(Object.entries(options.sessionTokens ?? {})),
    };
    this.#caller = createCaller({ ...options, url: this.#url }, this.#credentials);
    Object.assign(this, operationsBy(this.#caller));
  }

  /** The login token: kept by `login`, `register` and `auth.changePassword`; unset it to be a guest again. */
  get token(): string | undefined {
    return this.#credentials.login;
  }
  set token(token: string | undefined) {
    this.#credentials.login = token;
  }

  /** Logs in, and keeps the token. */
  login(input: First<Operations['auth']['login']>, options?: CallOptions) {
    return this.auth.login(input, options);
  }
  /** Registers, logs in, and keeps the token. */
  register(input: First<Operations['auth']['register']>, options?: CallOptions) {
    return this.auth.register(input, options);
  }

  /** Starts a conversation. */
  async start(
    input: First<Operations['sessions']['start']>,
    options: SessionOptions = {},
  ): Promise<LiveSession> {
    const { session, token, events } = await this.sessions.start(input, options);
    const { id } = session;
    return new LiveSession({ ...this.#line(id, options), token, after: 0, events, isOver: false });
  }

  /** Goes on with a conversation after the last event that is known. */
  async resume(
    { sessionId: id, token, lastSeq: after = 0 }: Resumed,
    options: SessionOptions = {},
  ): Promise<LiveSession> {
    if (token !== undefined) this.#credentials.sessions.set(id, token);
    const { status, seq } = await this.sessions.get({ id }, options);
    const isOver = (status === 'finished' || status === 'failed') && after >= seq;
    return new LiveSession({ ...this.#line(id, options), token, after, events: [], isOver });
  }

  /**
   * Hears every event of a session from now on, until it is over or this client may no longer hear it; gives how to
   * stop hearing. `end` is told that nothing more will come: with the refusal, or with nothing when the session is over.
   */
  async watch(
    id: string,
    hear: (event: SessionEvent) => void,
    end: (refusal?: CrmflowError) => void = () => undefined,
  ): Promise<() => void> {
    const { seq: after } = await this.sessions.get({ id });
    return follow({ ...this.#line(id), after, hear, end }).stop;
  }

  /**
   * Answers a prompt piece by piece; the last part is `done`, with the whole text and its sources. The signal ends it, and
   * the loop then rejects with its reason. The client's `timeoutMs` is for the first piece.
   */
  async *stream(
    input: First<Operations['ai']['generate']>,
    signal?: AbortSignal,
  ): AsyncGenerator<GeneratePart, void, undefined> {
    const route = routes.find(({ noun, verb }) => noun === 'ai' && verb === 'generate')!;
    const body = await this.#caller.stream(route, { ...input }, signal);
    for await (const { event, data } of serverSent(body, signal)) {
      if (event === 'error') throw CrmflowError.fromJSON(JSON.parse(data) as ErrorBody);
      // What an event is called stands beside its data.
      const part = { ...(JSON.parse(data) as object), type: event } as GeneratePart;
      yield part;
      if (part.type === 'done') return;
    }
    signal?.throwIfAborted();
    throw new CrmflowError('provider_failed', 'The answer was cut short.');
  }

  /**
   * Hears of sessions of one's workflows that wait for a person: those that do already, then what their visitors say, and
   * when they wait no longer. A line that is cut is mended, and what was missed is heard then. The signal ends it, and the
   * loop then rejects with its reason.
   */
  handovers({ known = {}, signal, onConnection }: HandoverOptions = {}): AsyncGenerator<
    HandoverEvent,
    void,
    undefined
  > {
    const credentials = () => ({ login: this.token });
    return handoversOn({ url: this.#url, credentials, known, signal, onConnection });
  }

  #line(id: string, { onConnection, signal }: SessionOptions = {}) {
    const credentials = () => ({ login: this.token, session: this.#credentials.sessions.get(id) });
    return { url: this.#url, id, credentials, calls: this.sessions, onConnection, signal };
  }
}

function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /\/api\/*$/.test(url.pathname))
    throw new CrmflowError(
      'invalid_input',
      `url: ${text} ends with /api, which the client adds itself. Leave it out there.`,
    );
  const isAddress = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username;
  if (isAddress) return text.replace(/\/+$/, '');
  throw new CrmflowError(
    'invalid_input',
    `url: ${String(text)} is no address of a server. Write it like http://localhost:3001.`,
  );
}

function operationsBy({ call }: Caller): Operations {
  const nouns: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operation = (input: Input = {}, options: CallOptions = {}) => call(route, input, options);
    (nouns[route.noun] ??= {})[route.verb] = Object.assign(operation, { all: pagesOf(operation) });
  }
  // The loop above fills exactly the names the type lists.
  return nouns as unknown as Operations;
}
