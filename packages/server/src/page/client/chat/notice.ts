import type { SessionEvent } from '@crmflow/sdk';
import type { Memory } from '../memory.ts';
import type { Kept } from '../talk.ts';
import type { News } from './host.ts';

interface Needs {
  memory: Memory<Kept>;
  tell(news: News): void;
}

/** Tells the page around what is new: each thing once, also after a reload and in two tabs, and how much was said unseen. */
export function createNotice({ memory, tell }: Needs) {
  let isShown = true;
  /** The conversation at hand: the number of its last event, and of lines that nobody has seen. */
  let at = { sessionId: '', last: 0, unread: 0 };
  /** What is remembered of it: another tab may have begun another, or have heard more. */
  function remembered(): Kept | null {
    const kept = memory.kept();
    return kept?.sessionId === at.sessionId ? kept : null;
  }

  function keep() {
    const kept = remembered();
    if (!kept) return;
    const { heard = 0, seen = 0 } = kept;
    memory.keep({ ...kept, heard: Math.max(at.last, heard), seen: Math.max(isShown ? at.last : 0, seen) });
  }
  const tellUnread = () => tell({ crmflow: 'unread', count: at.unread });

  return {
    /** Of each event, in order; after a reload of all that were before. */
    heard(event: SessionEvent, sessionId: string): void {
      if (at.sessionId !== sessionId) at = { sessionId, last: 0, unread: 0 };
      const { heard = at.last, seen = 0 } = remembered() ?? {};
      at.last = event.seq;
      if (event.type === 'session:message' && event.message.from === 'bot' && event.seq > seen && !isShown) {
        at.unread += 1;
        tellUnread();
      }
      if (event.seq > heard) {
        if (event.type === 'session:started') tell({ crmflow: 'started' });
        if (event.type === 'workflow:finished') tell({ crmflow: 'finished', outcome: event.outcome ?? null });
      }
      keep();
    },
    /** Whether one can see the chat. */
    shown(shown: boolean): void {
      isShown = shown;
      if (!isShown) return;
      at.unread = 0;
      tellUnread();
      keep();
    },
  };
}
