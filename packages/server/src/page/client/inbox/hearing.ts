import type { CRMFlow, LiveSession, SessionEvent } from '@crmflow/sdk';
import type { Ask } from './ask.ts';

interface Needs {
  client: CRMFlow;
  ask: Ask;
  sessionId: string;
  hear(event: SessionEvent): void;
  onConnection(isConnected: boolean): void;
  refused(cause: unknown): void;
}

/** Hears a conversation from its beginning on, and after a refusal from where it stopped: whatever began before is over. */
export function createHearing({ client, ask, sessionId, hear, onConnection, refused }: Needs) {
  let live: LiveSession | undefined;
  let lastSeq = 0;
  let beginnings = 0;

  function end() {
    beginnings += 1;
    live?.close();
    return beginnings;
  }
  async function follow(isOver: () => boolean) {
    const begun = await client.resume(
      { sessionId, lastSeq },
      { onConnection: (isConnected) => isOver() || onConnection(isConnected) },
    );
    if (isOver()) return begun.close();
    live = begun;
    for await (const event of begun) {
      if (isOver()) return;
      if (event.seq <= lastSeq) continue;
      lastSeq = event.seq;
      hear(event);
    }
  }
  return {
    async begin(): Promise<void> {
      const mine = end();
      const isOver = () => mine !== beginnings;
      try {
        await ask(() => follow(isOver));
      } catch (cause) {
        if (!isOver()) refused(cause);
      }
    },
    /** The number of the last event that was heard. */
    lastSeq: () => lastSeq,
    close: (): void => void end(),
  };
}
