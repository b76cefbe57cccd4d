import type { HandoverEvent } from '@crmflow/core/contract';
import type { CrmflowError } from './errors.ts';
import { keepLine, type Line } from './line.ts';

interface Watching extends Line {
  known: Readonly<Record<string, number>>;
  signal?: AbortSignal | undefined;
}

/** Hears over a socket, and over as many more as it takes, of sessions that wait for a person. */
export async function* handoversOn({
  known: given,
  signal,
  ...line
}: Watching): AsyncGenerator<HandoverEvent, void, undefined> {
  signal?.throwIfAborted();
  /** What the loop has heard of, and what it is yet to be given. */
  const known = new Map(Object.entries(given));
  const heard: HandoverEvent[] = [];
  let refusal: CrmflowError | undefined;
  let wake = () => {};
  const hangUp = keepLine({
    ...line,
    ask: () => ['handover:watch', { known: Object.fromEntries(known) }],
    isMeant: ({ sessionId }) => sessionId === undefined,
    hear(type, payload) {
      if (!type.startsWith('handover:')) return;
      const event = { ...(payload as object), type } as HandoverEvent;
      if (event.type === 'handover:over') known.delete(event.sessionId);
      else known.set(event.sessionId, event.lastSeq);
      heard.push(event);
      wake();
    },
    refused(cause) {
      refusal = cause;
      wake();
    },
  });
  const leave = () => wake();
  signal?.addEventListener('abort', leave);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const event = heard.shift();
      if (event) yield event;
      else if (refusal) throw refusal;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    hangUp();
  }
}
