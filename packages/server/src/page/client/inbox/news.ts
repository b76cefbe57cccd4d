import type { CRMFlow, HandoverEvent } from '@crmflow/sdk';
import type { Ask } from './ask.ts';
import { lookUp } from './look-up.ts';
import type { Waiting, WaitingList } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  ask: Ask;
  waiting: WaitingList;
  /** Something has changed in the list. */
  changed(): void;
  /** A visitor said something. */
  said(to: Waiting, text: string): void;
  onConnection(isConnected: boolean): void;
  refused(cause: unknown): void;
}

/** Keeps the list of those who wait: by what is told, and by what is asked for besides. */
export function createNews({ client, ask, waiting, changed, said, onConnection, refused }: Needs) {
  let leave = new AbortController();
  /** One after the other: a list may be long. */
  let looking: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function look(told: Extract<HandoverEvent, { type: 'handover:waiting' }>) {
    // The next login may be another person's.
    if (isClosed) return;
    try {
      waiting.know(told.sessionId, await ask(() => lookUp(client, told)));
      changed();
    } catch {
      // A row shows what is known of it.
    }
  }
  function hear(event: HandoverEvent) {
    waiting.hear(event);
    const now = waiting.get(event.sessionId);
    if (event.type === 'handover:waiting') looking = looking.then(() => look(event));
    if (event.type === 'handover:message' && now) said(now, event.message.text);
    changed();
  }
  async function follow(signal: AbortSignal) {
    for await (const event of client.handovers({ known: waiting.known(), signal, onConnection })) hear(event);
  }
  const rest = () => leave.abort();
  return {
    async begin(): Promise<void> {
      leave = new AbortController();
      const { signal } = leave;
      try {
        await ask(() => follow(signal));
      } catch (cause) {
        if (!signal.aborted) refused(cause);
      }
    },
    /** Until it begins again. */
    rest,
    close(): void {
      isClosed = true;
      rest();
    },
  };
}
