import type { Request, Response } from 'express';
import type { Crmflow, GeneratePart, SessionEvent } from '@crmflow/core/contract';
import { follow } from './sockets/follow.ts';
import { refusalOf } from './refuse.ts';
import { requestIdOf } from './request-id.ts';

const HEARTBEAT_MS = 15_000;

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
  return {
    send({ event, data, id }: Sent) {
      const number = id === undefined ? '' : `id: ${id}\n`;
      if (!response.writableEnded)
        response.write(`${number}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    fail(cause: unknown) {
      const data = { ...refusalOf(cause).toJSON(), requestId: requestIdOf(response) };
      this.send({ event: 'error', data });
      response.end();
    },
  };
}

/** Every event of a session after the one the client knows, until `workflow:finished`. */
export async function streamSession(api: Crmflow, request: Request, response: Response): Promise<Stream> {
  const id = String(request.params.id);
  // Whoever may not read it is refused before anything is sent.
  await api.sessions.get({ id });
  const known = Number(request.headers['last-event-id'] ?? request.query.after ?? 0);
  const { send, fail } = open(response);
  const { caughtUp, stop } = follow({
    api,
    sessionId: id,
    after: Number.isSafeInteger(known) && known > 0 ? known : 0,
    tell(event: SessionEvent) {
      const { type, ...data } = event;
      send({ event: type, data: { ...data, sessionId: id }, id: event.seq });
      if (type === 'workflow:finished') response.end();
    },
    lose: fail,
  });
  caughtUp.catch(fail);
  response.once('close', stop);
  return { end: () => response.end() };
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
