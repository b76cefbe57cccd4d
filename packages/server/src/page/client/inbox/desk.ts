import type { CRMFlow, SessionEvent } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { createConversation } from './conversation.ts';
import { wordsIn } from './look-up.ts';
import { createNews } from './news.ts';
import { createPlace } from './place.ts';
import type { Seen } from './seen.ts';
import { isLoggedOut } from './sentence.ts';
import { createSide } from './side.ts';
import { soon } from './soon.ts';
import { titleOf } from './title.ts';
import { createWaiting } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  /** The login is no good any more. */
  lost(): void;
}
export type Desk = ReturnType<typeof createDesk>;

/** What is heard at once is shown at once. */
const SHOW_MS = 30;

/** All who wait for a person, and the conversation with one of them: the one that the address names. */
export function createDesk({ client, lost }: Needs) {
  const waiting = createWaiting(memoryOf<Seen>('inbox:seen'));
  const showing = soon(show, SHOW_MS);
  const changed = showing.ask;
  const side = createSide({ cut: (isCut) => place.cut(isCut), heard: changed });

  function show() {
    const open = place.open();
    if (open && !document.hidden) waiting.see(open.id, open.shownSeq());
    const all = waiting.all();
    side.show(all, open?.id ?? null);
    document.title = `${all.length ? `(${all.length}) ` : ''}Inbox – CRMFlow`;
    open?.wait(waiting.get(open.id));
  }
  function heard(sessionId: string, event: SessionEvent) {
    waiting.answered(sessionId, wordsIn(event));
    changed();
  }
  const news = createNews({
    ...{ client, waiting, changed },
    refused: (cause) => (isLoggedOut(cause) ? lost() : side.refuse(cause)),
    onConnection(isConnected) {
      side.connect('list', isConnected);
      changed();
    },
    said(to, text) {
      if (place.open()?.id !== to.sessionId) side.say(`${titleOf(to)}: ${text}`);
    },
  });
  const place = createPlace({
    opened: (sessionId, isOpen) =>
      createConversation({
        ...{ client, sessionId, lost },
        heard: (event) => heard(sessionId, event),
        onConnection: (isConnected) => isOpen() && side.connect('conversation', isConnected),
      }),
    moved(from) {
      // A line that is begun is not cut before it was there.
      side.connect('conversation', true);
      view.classList.toggle('open', place.open() !== null);
      show();
      if (from !== null && !place.open()) side.focus(from);
    },
  });
  const view = element('div', { class: 'desk' }, side.view, place.view);
  document.addEventListener('visibilitychange', changed);
  place.follow();
  void news.begin();

  return {
    view,
    /** Goes to what comes first after a login. */
    focus: (): void => (place.open() ?? side).focus(),
    /** Rests until somebody has logged in again. */
    rest: news.close,
    /** Goes on where it was. */
    resume(): void {
      void news.begin();
      place.open()?.resume();
    },
    close(): void {
      for (const part of [news, side, place, showing]) part.close();
      document.removeEventListener('visibilitychange', changed);
    },
  };
}
