import type { CRMFlow, HandoverEvent, SessionEvent } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { createConversation, type Conversation } from './conversation.ts';
import { createList, titleOf } from './list.ts';
import { lookUp, wordsIn } from './look-up.ts';
import { isLoggedOut, sentenceOf } from './sentence.ts';
import { createWaiting, type Seen } from './waiting.ts';

interface Needs {
  client: CRMFlow;
  /** The login is no good any more. */
  lost(): void;
}
export type Desk = ReturnType<typeof createDesk>;

const nothing = () => element('p', { class: 'nothing' }, 'Choose whom to answer.');

const TICK_MS = 10_000;
/** What is heard at once is shown at once. */
const SHOW_MS = 30;

/** All who wait for a person, and the conversation with one of them: the one that the address names. */
export function createDesk({ client, lost }: Needs) {
  const waiting = createWaiting(memoryOf<Seen>('inbox:seen'));
  const list = createList();
  const banner = element('p', { class: 'banner', role: 'status' });
  const news = element('p', { class: 'spoken', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const place = element('section', { class: 'place' }, nothing());
  const side = element('div', { class: 'side' }, banner, news, alert, list.view);
  const view = element('div', { class: 'desk' }, side, place);
  const drafts = new Map<string, string>();
  const connected = { list: true, conversation: true };
  let leave = new AbortController();
  let open: Conversation | null = null;
  let looking: Promise<unknown> = Promise.resolve();
  let showing: ReturnType<typeof setTimeout> | undefined;
  let isLost = false;

  const showSoon = () => (showing ??= setTimeout(show, SHOW_MS));
  function show() {
    showing = undefined;
    if (open && !document.hidden) waiting.see(open.id, open.shownSeq());
    const all = waiting.all();
    list.show(all, open?.id ?? null);
    document.title = `${all.length ? `(${all.length}) ` : ''}Inbox – CRMFlow`;
    open?.wait(waiting.get(open.id));
  }
  function lose() {
    if (isLost) return;
    isLost = true;
    leave.abort();
    lost();
  }
  function connect(line: keyof typeof connected, is: boolean) {
    connected[line] = is;
    const isCut = !connected.list || !connected.conversation;
    banner.textContent = isCut ? 'The connection is lost. Trying again …' : '';
    open?.reply.cut(isCut);
  }

  function hear(event: HandoverEvent) {
    waiting.hear(event);
    const now = waiting.get(event.sessionId);
    if (event.type === 'handover:waiting')
      looking = looking
        .then(async () => {
          const known = await lookUp(client, event);
          waiting.know(event.sessionId, known);
          showSoon();
        })
        .catch((cause: unknown) => {
          // A row shows what is known of it.
          if (isLoggedOut(cause)) lose();
        });
    if (event.type === 'handover:message' && now && open?.id !== event.sessionId)
      news.textContent = `${titleOf(now)}: ${event.message.text}`;
    showSoon();
  }
  async function watch() {
    isLost = false;
    alert.textContent = '';
    leave = new AbortController();
    const { signal } = leave;
    const onConnection = (is: boolean) => {
      connect('list', is);
      showSoon();
    };
    try {
      for await (const event of client.handovers({ known: waiting.known(), signal, onConnection }))
        hear(event);
    } catch (cause) {
      if (signal.aborted) return;
      if (isLoggedOut(cause)) lose();
      else alert.textContent = sentenceOf(cause);
    }
  }

  function heardIn(sessionId: string, event: SessionEvent) {
    const words = wordsIn(event);
    if (words?.isOurs) waiting.answered(sessionId, words);
    showSoon();
  }
  function put(id: string | null) {
    const before = open;
    if (before?.id === (id ?? undefined)) return;
    if (before) drafts.set(before.id, before.reply.field.value);
    before?.close();
    connect('conversation', true);
    open = id === null ? null : opened(id);
    place.replaceChildren(open?.view ?? nothing());
    view.classList.toggle('open', open !== null);
    show();
    if (open) open.focus();
    else list.focus(before?.id ?? null);
  }
  function opened(sessionId: string): Conversation {
    const made = createConversation({
      client,
      sessionId,
      heard: (event) => heardIn(sessionId, event),
      onConnection: (is) => open === made && connect('conversation', is),
      lost: lose,
    });
    made.reply.field.value = drafts.get(sessionId) ?? '';
    made.reply.cut(!connected.list);
    return made;
  }
  const follow = () => put(decodeURIComponent(location.hash.slice(1)) || null);

  addEventListener('hashchange', follow);
  document.addEventListener('visibilitychange', showSoon);
  const ticking = setInterval(list.tick, TICK_MS);
  follow();
  void watch();

  return {
    view,
    /** Goes on where it was, after a login of the same person. */
    resume(): void {
      void watch();
      open?.resume();
      open?.focus();
    },
    close(): void {
      leave.abort();
      open?.close();
      clearInterval(ticking);
      clearTimeout(showing);
      removeEventListener('hashchange', follow);
      document.removeEventListener('visibilitychange', showSoon);
    },
  };
}
