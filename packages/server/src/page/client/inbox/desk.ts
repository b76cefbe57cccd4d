import type { CRMFlow, SessionEvent } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { createConversation } from './conversation.ts';
import { createList } from './list.ts';
import { wordsIn } from './look-up.ts';
import { createNews } from './news.ts';
import { createPlace } from './place.ts';
import { isLoggedOut, sentenceOf } from './sentence.ts';
import { titleOf } from './title.ts';
import { createWaiting, type Seen } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  /** The login is no good any more. */
  lost(): void;
}
export type Desk = ReturnType<typeof createDesk>;

const TICK_MS = 10_000;
/** What is heard at once is shown at once. */
const SHOW_MS = 30;

/** All who wait for a person, and the conversation with one of them: the one that the address names. */
export function createDesk({ client, lost }: Needs) {
  const waiting = createWaiting(memoryOf<Seen>('inbox:seen'));
  const list = createList();
  const line = createBanner((isCut) => place.cut(isCut));
  const spoken = element('p', { class: 'spoken', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const side = element('div', { class: 'side' }, line.view, spoken, alert, list.view);
  let showing: ReturnType<typeof setTimeout> | undefined;

  function show() {
    showing = undefined;
    const open = place.open();
    if (open && !document.hidden) waiting.see(open.id, open.shownSeq());
    const all = waiting.all();
    list.show(all, open?.id ?? null);
    document.title = `${all.length ? `(${all.length}) ` : ''}Inbox – CRMFlow`;
    open?.wait(waiting.get(open.id));
  }
  const changed = () => void (showing ??= setTimeout(show, SHOW_MS));
  function refused(cause: unknown) {
    if (isLoggedOut(cause)) lost();
    else alert.textContent = sentenceOf(cause);
  }
  function heard(sessionId: string, event: SessionEvent) {
    const words = wordsIn(event);
    if (words?.isOurs) waiting.answered(sessionId, words);
    changed();
  }
  const news = createNews({
    ...{ client, waiting, changed, refused },
    onConnection(isConnected) {
      line.tell('list', isConnected);
      changed();
    },
    said(to, text) {
      if (place.open()?.id !== to.sessionId) spoken.textContent = `${titleOf(to)}: ${text}`;
    },
  });
  const place = createPlace({
    opened: (sessionId, isOpen) =>
      createConversation({
        ...{ client, sessionId, lost },
        heard: (event) => heard(sessionId, event),
        onConnection: (isConnected) => isOpen() && line.tell('conversation', isConnected),
      }),
    moved(from) {
      line.tell('conversation', true);
      view.classList.toggle('open', place.open() !== null);
      show();
      if (from !== null && !place.open()) list.focus(from);
    },
  });
  const view = element('div', { class: 'desk' }, side, place.view);
  document.addEventListener('visibilitychange', changed);
  const ticking = setInterval(list.tick, TICK_MS);
  place.follow();
  void news.begin();

  return {
    view,
    /** Rests until somebody has logged in again. */
    rest: news.end,
    /** Goes on where it was. */
    resume(): void {
      alert.textContent = '';
      void news.begin();
      place.open()?.resume();
      place.open()?.focus();
    },
    close(): void {
      news.end();
      place.close();
      clearInterval(ticking);
      clearTimeout(showing);
      document.removeEventListener('visibilitychange', changed);
    },
  };
}

/** Says that a line is cut, as long as one is. */
function createBanner(tell: (isCut: boolean) => void) {
  const view = element('p', { class: 'banner', role: 'status' });
  const lines = new Map<string, boolean>();
  return {
    view,
    tell(line: 'list' | 'conversation', isConnected: boolean): void {
      lines.set(line, isConnected);
      const isCut = [...lines.values()].includes(false);
      view.textContent = isCut ? 'The connection is lost. Trying again …' : '';
      tell(isCut);
    },
  };
}
