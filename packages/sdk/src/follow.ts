import type { SessionEvent } from '@crmflow/core/contract';
import type { CrmflowError } from './errors.ts';
import { keepLine, type Line } from './line.ts';

export interface Follow extends Line {
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
}
export interface Following {
  /** An event that came another way, such as with the answer of a call. */
  take(event: SessionEvent): void;
  stop(): void;
}

/** Hears a session over a socket, and over as many more as it takes. */
export function follow({ id, after, hear, end, ...line }: Follow): Following {
  let last = after;
  const early = new Map<number, SessionEvent>();

  function take(event: SessionEvent) {
    if (event.seq > last) early.set(event.seq, event);
    for (let next = early.get(last + 1); next; next = early.get(last + 1)) {
      early.delete(++last);
      hear(next);
      if (next.type !== 'workflow:finished') continue;
      stop();
      end();
    }
  }
  const stop = keepLine({
    ...line,
    ask() {
      const { session } = line.credentials();
      return [
        'session:resume',
        { sessionId: id, lastSeq: last, ...(session !== undefined && { token: session }) },
      ];
    },
    isMeant: ({ sessionId }) => sessionId === id,
    hear(type, payload) {
      const event = eventIn(type, payload, id);
      if (event) take(event);
    },
    refused: end,
  });
  return { take, stop };
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
