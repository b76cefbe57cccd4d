import type { ErrorBody } from '@crmflow/core/contract';
import { io, type Socket } from 'socket.io-client';
import { CrmflowError, ERRORS } from './errors.ts';
import { backOffMs } from './patience.ts';

export interface Line {
  url: string;
  /** Asked at every connection: a client may have logged in since. */
  credentials(): { login?: string | undefined };
  /** Hears when the line is there and when it is not; it is mended without anybody's help. */
  onConnection?: ((isConnected: boolean) => void) | undefined;
}
interface Use {
  /** What is asked for at every connection: an event and its payload. */
  ask(): [event: string, payload: object];
  /** Whether a refusal is about what was asked for. */
  isMeant(refusal: { sessionId?: string | undefined }): boolean;
  hear(event: string, payload: unknown): void;
  /** Refused for good: nothing more will be heard. */
  refused(refusal: CrmflowError): void;
}

/** Keeps a line to a server open, over as many sockets as it takes; gives how to hang up. */
export function keepLine({ url, credentials, onConnection, ...use }: Line & Use): () => void {
  let refusals = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isThere: boolean | undefined;
  const socket = socketTo(url, credentials);

  /** Each try that fails is no news. */
  function tellIf(isConnected: boolean) {
    if (isConnected === isThere) return;
    isThere = isConnected;
    onConnection?.(isConnected);
  }
  function hangUp() {
    clearTimeout(timer);
    socket.removeAllListeners();
    socket.disconnect();
  }
  function refuse(refusal: CrmflowError) {
    if (ERRORS[refusal.code].retryable) return comeBack();
    hangUp();
    use.refused(refusal);
  }
  /** Where socket.io itself gives up: after a refusal, and when the server hangs up. */
  function comeBack() {
    clearTimeout(timer);
    timer = setTimeout(() => socket.disconnect().connect(), backOffMs(refusals++));
  }

  socket.on('connect', () => {
    socket.emit(...use.ask(), ({ ok }: { ok: boolean }) => {
      if (!ok) return;
      refusals = 0;
      tellIf(true);
    });
  });
  socket.on('error:api', ({ sessionId, ...error }: ErrorBody & { sessionId?: string }) => {
    if (use.isMeant({ sessionId })) refuse(CrmflowError.fromJSON(error));
  });
  socket.on('connect_error', (cause: Error & { data?: ErrorBody }) => {
    tellIf(false);
    if (!socket.active) refuse(cause.data ? CrmflowError.fromJSON(cause.data) : unreachable(url, cause));
  });
  socket.on('disconnect', () => {
    tellIf(false);
    if (!socket.active) comeBack();
  });
  socket.onAny(use.hear);
  return hangUp;
}

const unreachable = (url: string, cause: Error) =>
  new CrmflowError('unavailable', `${url} cannot be reached by socket.`, undefined, { cause });

function socketTo(url: string, credentials: Line['credentials']): Socket {
  const { origin, pathname } = new URL(url);
  return io(origin, {
    path: `${pathname.replace(/\/$/, '')}/socket.io`,
    auth: (tell: (auth: object) => void) => {
      const { login } = credentials();
      tell(login === undefined ? {} : { token: login });
    },
    // One line for each thing that is heard: each goes on where it was, whatever the others do.
    forceNew: true,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 5_000,
  });
}
