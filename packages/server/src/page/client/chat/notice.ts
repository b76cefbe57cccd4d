import type { SessionEvent } from '@crmflow/sdk';
import type { Memory } from '../memory.ts';
import type { Kept } from '../talk.ts';
import type { News } from './host.ts';

interface Needs {
  memory: Memory<Kept>;
  tell(news: News): void;
}

/** Tells the page around what is new: each thing once, also after a reload, and how much was said unseen. */
export function createNotice({ memory, tell }: Needs) {
  let isShown = true;
  /** The number of the last event, and of the lines that nobody has seen. */
  let last = 0;
  let unread: number[] = [];

  function keep() {
    const kept = memory.kept();
    if (!kept) return;
    const seen = isShown ? last : (kept.seen ?? 0);
    memory.keep({ ...kept, heard: Math.max(last, kept.heard ?? 0), seen: Math.max(seen, kept.seen ?? 0) });
  }
  const tellUnread = () => tell({ crmflow: 'unread', count: unread.length });

  return {
    /** Of each event, in order; after a reload of all that were before. */
    heard(event: SessionEvent): void {
      const { heard = 0, seen = 0 } = memory.kept() ?? {};
      last = event.seq;
      if (event.seq === 1) unread = [];
      if (event.type === 'session:message' && event.message.from === 'bot' && event.seq > seen && !isShown) {
        unread.push(event.seq);
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
      unread = [];
      tellUnread();
      keep();
    },
  };
}
