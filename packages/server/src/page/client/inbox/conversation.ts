import type { CRMFlow, SessionEvent } from '@crmflow/sdk';
import { button, element, ignoreHeldEnter } from '../dom.ts';
import { createHearing } from './hearing.ts';
import type { Ask } from './ask.ts';
import type { Reply } from './reply.ts';
import { createSaid } from './said.ts';
import { sentenceOf } from './sentence.ts';
import { titleOf } from './title.ts';
import type { Waiting } from './waiting.ts';
import { whyNot } from './why-not.ts';

interface Needs {
  client: CRMFlow;
  ask: Ask;
  /** What is answered in it. */
  reply: Reply;
  /** Something was shown. */
  heard(event: SessionEvent): void;
  /** Whether its line is there. */
  onConnection(isConnected: boolean): void;
}
export type Conversation = ReturnType<typeof createConversation>;

/** One conversation: what is said, and while it waits for a person the box for an answer. */
export function createConversation({ client, ask, reply, heard, onConnection }: Needs) {
  const sessionId = reply.id;
  const { view: head, heading, name } = createHead();
  const notice = element('p', { class: 'notice', role: 'status' });
  const { refuse, offerAgain, ...trouble } = createTrouble(reply.alert, () => hearOut());
  const refused = (cause: unknown) => refuse(sentenceOf(cause));
  const said = createSaid({ client, ask, sessionId, refused });
  const hearing = createHearing({
    ...{ client, ask, sessionId, onConnection },
    hear(event) {
      said.show(event);
      heard(event);
    },
    refused(cause) {
      refused(cause);
      offerAgain();
    },
  });
  let waiting: Waiting | null = null;

  function hearOut() {
    trouble.clear();
    void hearing.begin();
  }
  async function sayWhyNot(hasWaited: boolean) {
    const isGivenBack = hasWaited && reply.hasGivenBack();
    const text = await ask(() => whyNot({ client, sessionId, hasWaited, isGivenBack }));
    if (!waiting) notice.textContent = text;
  }
  /** Where there is room for a keyboard on the screen as well, one may write at once. */
  function focus() {
    const isWide = matchMedia('(min-width: 48rem)').matches;
    if (isWide && reply.field.isConnected) reply.field.focus();
    else heading.focus();
  }
  /** How it waits, or that it does no more. */
  function wait(now: Waiting | null) {
    const before = waiting;
    waiting = now;
    if (!now && reply.view.contains(document.activeElement)) heading.focus();
    reply.wait(now);
    if (!before && !now) return;
    if (!now) return void sayWhyNot(true).catch(refused);
    name(now);
    notice.textContent = '';
    if (!before && document.activeElement === heading) focus();
  }

  const view = element('article', {}, head, said.view, notice, trouble.view, reply.view);
  ignoreHeldEnter(view);
  hearOut();
  // Where it cannot be read, whoever hears it says so.
  void sayWhyNot(false).catch(() => undefined);
  return {
    id: sessionId,
    ...{ view, reply, wait, focus },
    /** Goes on hearing, after a login. */
    resume(): void {
      hearOut();
      focus();
    },
    /** Up to which event it was shown. */
    shownSeq: hearing.lastSeq,
    close: hearing.close,
  };
}

/** Whom it is with, and the way back. */
function createHead() {
  const heading = element('h2', { tabindex: '-1' }, 'Conversation');
  const beside = element('p', { class: 'beside' });
  const back = element('a', { class: 'back', href: '#' }, '← All who wait');
  return {
    view: element('div', { class: 'about' }, back, heading, beside),
    heading,
    name(waiting: Waiting): void {
      const { who, workflowName } = waiting;
      heading.textContent = titleOf(waiting);
      beside.textContent = [who && workflowName, who?.beside].filter(Boolean).join(' · ');
    },
  };
}

/** Says what went wrong, and lets one try again where nobody else does. */
function createTrouble(ofReply: HTMLElement, retry: () => void) {
  const alert = element('p', { class: 'alert', role: 'alert' });
  const again = button('Try again', { class: 'quiet' }, retry);
  const view = element('div', { class: 'trouble' }, ofReply, alert);
  const refuse = (reason: string): void => void (alert.textContent = reason);
  return {
    view,
    refuse,
    offerAgain: (): void => view.append(again),
    clear(): void {
      refuse('');
      again.remove();
    },
  };
}
