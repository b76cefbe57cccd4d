import { once } from 'node:events';
import type { Request, Response } from 'express';
import { CrmflowError, type Crmflow, type GeneratePart, type SessionEvent } from '@crmflow/core/contract';
import { bodyOf, refusalOf } from './refuse.ts';
import { requestIdOf } from './request-id.ts';
import { follow } from './sockets/follow.ts';
import { MOST_WAITING } from './sockets/backlog.ts';

const HEARTBEAT_MS = 15_000;
const RECHECK_MS = 15_000;
const ROOM_MS = 5_000;

export interface Stream {
  /** Ends it when the server goes. */
  end(): void;
}
interface Sent {
  event: string;
  data: unknown;
  id?: number;
}

/** Whether the client asked for server-sent events by name. */
export const wantsStream = ({ headers }: Request) => /\btext\/event-stream\b/i.test(headers.accept ?? '');

/** Begins to answer with server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
function open(response: Response) {
  response.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy would gather what should be seen at once.
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': \n\n'), HEARTBEAT_MS);
  response.once('close', () => clearInterval(heartbeat));
  function send({ event, data, id }: Sent): void {
    if (response.writableEnded || response.destroyed) return;
    const number = id === undefined ? '' : `id: ${id}\n`;
    response.write(`${number}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > MOST_WAITING) response.destroy();
  }
  function fail(cause: unknown): void {
    send({ event: 'error', data: { ...bodyOf(refusalOf(cause)), requestId: requestIdOf(response) } });
    response.end();
  }
  return { send, fail };
}

interface Open {
  request: Request;
  response: Response;
  recheckMs?: number | undefined;
}

/**
 * Every event of a session after the one the client knows, until `workflow:finished` or until its login is not good any
 * more. Null when all has been told already: 204 then tells an EventSource to come no more.
 */
export async function streamSession(
  reach: () => Promise<Crmflow>,
  { request, response, recheckMs = RECHECK_MS }: Open,
): Promise<Stream | null> {
  const id = String(request.params.id);
  const api = await reach();
  // Whoever may not read it is refused before anything is sent.
  const { seq, status } = await api.sessions.get({ id });
  const after = lastKnown(request);
  if (after > seq)
    throw new CrmflowError('invalid_input', `The session has told ${seq} events, not ${after}.`);
  if (after === seq && (status === 'finished' || status === 'failed')) {
    response.status(204).end();
    return null;
  }
  const { send, fail } = open(response);
  const { caughtUp, stop } = follow({
    api,
    sessionId: id,
    after,
    tell(event: SessionEvent) {
      const { type, ...data } = event;
      send({ event: type, data: { ...data, sessionId: id }, id: event.seq });
      if (type === 'workflow:finished') response.end();
    },
    lose: fail,
    room: () => roomIn(response),
  });
  caughtUp.catch(fail);
  const look = () => reach().then((again) => again.sessions.get({ id }));
  const rechecking = setInterval(() => void look().catch(failIf(isLost, fail)), recheckMs);
  response.once('close', () => {
    clearInterval(rechecking);
    stop();
  });
  return { end: () => response.end() };
}

/** What a client says is the last event it knows: the header of an EventSource that comes back, before the query. */
function lastKnown({ headers, query }: Request): number {
  const named = { 'Last-Event-ID': headers['last-event-id'], after: query.after };
  const [name, text] = Object.entries(named).find(([, value]) => value !== undefined && value !== '') ?? [];
  if (text === undefined) return 0;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new CrmflowError('invalid_input', `${name}: it must be the number of an event, 0 or more.`);
}

/** Its login died, or the session is not there any more; what else may fail is no reason to hear nothing. */
const isLost = ({ code }: CrmflowError) => code === 'unauthenticated' || code === 'not_found';
const failIf =
  (matters: (error: CrmflowError) => boolean, fail: (cause: unknown) => void) => (cause: unknown) => {
    if (matters(CrmflowError.from(cause))) fail(cause);
  };

/** Until the client has read what waits for it, for a while: whoever does not read at all is cut. */
async function roomIn(response: Response): Promise<void> {
  if (!response.writableNeedDrain) return;
  const patience = AbortSignal.timeout(ROOM_MS);
  await once(response, 'drain', { signal: patience }).catch(() => undefined);
}

/** An answer piece by piece; given up when the client goes. */
export async function streamAnswer(
  parts: (signal: AbortSignal) => AsyncIterable<GeneratePart>,
  response: Response,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let stream: ReturnType<typeof open> | undefined;
  try {
    for await (const { type, ...data } of parts(gone.signal)) {
      stream ??= open(response);
      stream.send({ event: type, data });
    }
    response.end();
  } catch (cause) {
    if (!stream) throw cause;
    stream.fail(cause);
  }
}
