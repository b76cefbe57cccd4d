import type { CRMFlow, HandoverEvent } from '@crmflow/sdk';
import { lookUp } from './look-up.ts';
import { isLoggedOut } from './sentence.ts';
import type { Waiting, WaitingList } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  waiting: WaitingList;
  /** Something has changed in the list. */
  changed(): void;
  /** A visitor said something. */
  said(to: Waiting, text: string): void;
  onConnection(isConnected: boolean): void;
  refused(cause: unknown): void;
}

/** Keeps the list of those who wait: by what is told, and by what is asked for besides. */
export function createNews({ client, waiting, changed, said, onConnection, refused }: Needs) {
  let leave = new AbortController();
  /** One after the other: a list may be long. */
  let looking: Promise<void> = Promise.resolve();

  async function look(told: Extract<HandoverEvent, { type: 'handover:waiting' }>) {
    try {
      waiting.know(told.sessionId, await lookUp(client, told));
      changed();
    } catch (cause) {
      // A row shows what is known of it.
      if (isLoggedOut(cause)) refused(cause);
    }
  }
  function hear(event: HandoverEvent) {
    waiting.hear(event);
    const now = waiting.get(event.sessionId);
    if (event.type === 'handover:waiting') looking = looking.then(() => look(event));
    if (event.type === 'handover:message' && now) said(now, event.message.text);
    changed();
  }
  return {
    async begin(): Promise<void> {
      leave = new AbortController();
      const { signal } = leave;
      try {
        for await (const event of client.handovers({ known: waiting.known(), signal, onConnection }))
          hear(event);
      } catch (cause) {
        if (!signal.aborted) refused(cause);
      }
    },
    close: (): void => leave.abort(),
  };
}
