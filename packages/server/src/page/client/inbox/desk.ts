import type { CRMFlow, SessionEvent } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { createAsk } from './ask.ts';
import { wordsIn } from './look-up.ts';
import { createNews } from './news.ts';
import { createPlace } from './place.ts';
import { createSide } from './side.ts';
import { soon } from './soon.ts';
import { titleOf } from './title.ts';
import { createWaiting } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  /** A login is no good any more; told which. */
  lost(token: string | undefined): void;
}
export type Desk = ReturnType<typeof createDesk>;

/** What is heard at once is shown at once. */
const SHOW_MS = 30;

/** All who wait for a person, and the conversation with one of them: the one that the address names. */
export function createDesk({ client, lost }: Needs) {
  const ask = createAsk(client, lost);
  const waiting = createWaiting();
  const showing = createShowing(show);
  const { changed } = showing;
  const side = createSide({ cut: (isCut) => place.cut(isCut), heard: changed });

  function show() {
    const open = place.open();
    if (open && !document.hidden) waiting.see(open.id, open.shownSeq());
    const all = waiting.all();
    side.show(all, open?.id ?? null);
    open?.wait(waiting.get(open.id));
  }
  function heard(sessionId: string, event: SessionEvent) {
    waiting.answered(sessionId, wordsIn(event));
    changed();
  }
  const news = createNews({
    ...{ client, ask, waiting, changed },
    refused: side.refuse,
    onConnection(isConnected) {
      side.connect('list', isConnected);
      changed();
    },
    said(to, text) {
      if (place.open()?.id !== to.sessionId) side.say(`${titleOf(to)}: ${text}`);
    },
  });
  const place = createPlace({
    ...{ client, ask, heard },
    failed: (sessionId, reason) => side.unsent.tell({ ...(waiting.get(sessionId) ?? { sessionId }), reason }),
    onConnection: (isConnected) => side.connect('conversation', isConnected),
    moved(from) {
      // A line that is begun is not cut before it was there.
      side.connect('conversation', true);
      const open = place.open();
      view.classList.toggle('open', open !== null);
      if (open) side.unsent.drop(open.id);
      showing.now();
      if (from !== null && !open) side.focus(from);
    },
  });
  const view = element('div', { class: 'desk' }, side.view, place.view);
  place.follow();
  void news.begin();

  return {
    view,
    /** Goes to what comes first after a login. */
    focus: (): void => (place.open() ?? side).focus(),
    /** Rests until somebody has logged in again. */
    rest(): void {
      showing.rest(true);
      news.rest();
    },
    /** Goes on where it was. */
    resume(): void {
      showing.rest(false);
      void news.begin();
      place.open()?.resume();
    },
    close: (): void => [news, side, place, showing].forEach((part) => part.close()),
  };
}

/** Shows what has changed; what comes while nobody is logged in was seen by nobody. */
function createShowing(show: () => void) {
  let isResting = false;
  const now = () => isResting || show();
  const later = soon(now, SHOW_MS);
  document.addEventListener('visibilitychange', later.ask);
  return {
    now,
    changed: later.ask,
    rest(is: boolean): void {
      isResting = is;
      later.ask();
    },
    close(): void {
      later.close();
      document.removeEventListener('visibilitychange', later.ask);
    },
  };
}
