import type { CRMFlow, LiveSession, SessionEvent } from '@crmflow/sdk';

interface Needs {
  client: CRMFlow;
  sessionId: string;
  hear(event: SessionEvent): void;
  onConnection(isConnected: boolean): void;
  refused(cause: unknown): void;
}

/** Hears a conversation from its beginning on, and after a refusal from where it stopped. */
export function createHearing({ client, sessionId, hear, onConnection, refused }: Needs) {
  let live: LiveSession | undefined;
  let lastSeq = 0;
  let isClosed = false;

  return {
    async begin(): Promise<void> {
      live?.close();
      try {
        const begun = await client.resume({ sessionId, lastSeq }, { onConnection });
        live = begun;
        if (isClosed) return begun.close();
        for await (const event of begun) {
          lastSeq = event.seq;
          hear(event);
        }
      } catch (cause) {
        if (!isClosed) refused(cause);
      }
    },
    /** The number of the last event that was heard. */
    lastSeq: () => lastSeq,
    close(): void {
      isClosed = true;
      live?.close();
    },
  };
}
