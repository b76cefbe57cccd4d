import type { ErrorBody, SessionEvent } from '@crmflow/core/contract';
import { io, type Socket } from 'socket.io-client';
import { CrmflowError, ERRORS } from './errors.ts';
import { backOffMs } from './patience.ts';

export interface Follow {
  url: string;
  /** The session's. */
  id: string;
  /** Asked at every connection: a client may have logged in since. */
  credentials(): { login?: string | undefined; session?: string | undefined };
  /** The number of the last event that is known already. */
  after: number;
  /** Hears each event once, in order. */
  hear(event: SessionEvent): void;
  /** Nothing more will be heard: the session is over, or we are refused. */
  end(refusal?: CrmflowError): void;
  /** Hears when the line is there and when it is not; it is mended without anybody's help. */
  onConnection?: ((isConnected: boolean) => void) | undefined;
}
export interface Following {
  /** An event that came another way, such as with the answer of a call. */
  take(event: SessionEvent): void;
  stop(): void;
}

/** Hears a session over a socket, and over as many more as it takes. */
export function follow({ url, id, credentials, after, hear, end, onConnection }: Follow): Following {
  let last = after;
  let refused = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const early = new Map<number, SessionEvent>();
  const socket = socketTo(url, credentials);

  function take(event: SessionEvent) {
    if (event.seq > last) early.set(event.seq, event);
    for (let next = early.get(last + 1); next; next = early.get(last + 1)) {
      early.delete(++last);
      hear(next);
      if (next.type === 'workflow:finished') finish();
    }
  }
  function finish(refusal?: CrmflowError) {
    stop();
    end(refusal);
  }
  function stop() {
    clearTimeout(timer);
    socket.removeAllListeners();
    socket.disconnect();
  }
  function refuse(refusal: CrmflowError) {
    if (!ERRORS[refusal.code].retryable) return finish(refusal);
    comeBack();
  }
  /** Where socket.io itself gives up: after a refusal, and when the server hangs up. */
  function comeBack() {
    clearTimeout(timer);
    timer = setTimeout(() => socket.disconnect().connect(), backOffMs(refused++));
  }

  socket.on('connect', () => {
    const { session } = credentials();
    const asked = { sessionId: id, lastSeq: last, ...(session !== undefined && { token: session }) };
    socket.emit('session:resume', asked, ({ ok }: { ok: boolean }) => {
      if (!ok) return;
      refused = 0;
      onConnection?.(true);
    });
  });
  socket.on('error:api', ({ sessionId, ...error }: ErrorBody & { sessionId?: string }) => {
    if (sessionId === id) refuse(CrmflowError.fromJSON(error));
  });
  socket.on('connect_error', (cause: Error & { data?: ErrorBody }) => {
    onConnection?.(false);
    if (!socket.active) refuse(cause.data ? CrmflowError.fromJSON(cause.data) : unreachable(url, cause));
  });
  socket.on('disconnect', () => {
    onConnection?.(false);
    if (!socket.active) comeBack();
  });
  socket.onAny((type: string, payload: unknown) => {
    const event = eventIn(type, payload, id);
    if (event) take(event);
  });
  return { take, stop };
}

const unreachable = (url: string, cause: Error) =>
  new CrmflowError('unavailable', `${url} cannot be reached by socket.`, undefined, { cause });

function socketTo(url: string, credentials: Follow['credentials']): Socket {
  const { origin, pathname } = new URL(url);
  return io(origin, {
    path: `${pathname.replace(/\/$/, '')}/socket.io`,
    auth: (tell: (auth: object) => void) => {
      const { login } = credentials();
      tell(login === undefined ? {} : { token: login });
    },
    // One line a session: each resumes where it was, whatever the others do.
    forceNew: true,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 5_000,
  });
}

/**
 * Whatever carries this session's id and a number is one of its events: the server makes no others. On the socket it
 * is flat, with what only the owner may see among the rest.
 */
function eventIn(type: string, payload: unknown, id: string): SessionEvent | null {
  if (typeof payload !== 'object' || payload === null || !('seq' in payload)) return null;
  const { sessionId, token: _told, variables, ...fields } = payload as Record<string, unknown>;
  if (sessionId !== id) return null;
  return { ...fields, type, ...(variables !== undefined && { owner: { variables } }) } as SessionEvent;
}
