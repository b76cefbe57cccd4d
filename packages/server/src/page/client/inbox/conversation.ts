import type { CRMFlow, LiveSession, SessionEvent } from '@crmflow/sdk';
import { button, element, ignoreHeldEnter } from '../dom.ts';
import { labelled, type Choices } from '../lines.ts';
import { createTranscript } from '../transcript.ts';
import { fileLink, mediaLink } from './attachments.ts';
import { deskLine } from './desk-line.ts';
import { isLoggedOut, sentenceOf } from './sentence.ts';
import { createReply } from './reply.ts';
import { titleOf } from './list.ts';
import type { Waiting } from './waiting.ts';
import { whyNot } from './why-not.ts';

interface Needs {
  client: CRMFlow;
  sessionId: string;
  /** Something was shown. */
  heard(event: SessionEvent): void;
  /** Whether its line is there. */
  onConnection(isConnected: boolean): void;
  /** The login is no good any more. */
  lost(): void;
}
export type Conversation = ReturnType<typeof createConversation>;

/** One conversation: what is said, and while it waits for a person the box for an answer. */
export function createConversation({ client, sessionId, heard, onConnection, lost }: Needs) {
  const heading = element('h2', { tabindex: '-1' }, 'Conversation');
  const beside = element('p', { class: 'beside' });
  const notice = element('p', { class: 'notice', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const back = element('a', { class: 'back', href: '#' }, 'All who wait');
  const again = button('Try again', { class: 'quiet' }, () => void hearOut());
  const refused = (cause: unknown) => {
    if (isLoggedOut(cause)) return lost();
    alert.textContent = sentenceOf(cause);
  };
  const file = (given: Parameters<typeof fileLink>[0]['file']) =>
    fileLink({ client, sessionId, file: given, refused });
  const transcript = createTranscript({
    lineOf: (message) => deskLine(message, { media: mediaLink, file }),
    botSide: 'own',
  });
  const reply = createReply({ client, sessionId, refuse: (text) => void (alert.textContent = text), lost });

  let waiting: Waiting | null = null;
  let live: LiveSession | undefined;
  let lastSeq = 0;
  let choices: Choices = [];
  let isClosed = false;

  function show(event: SessionEvent) {
    lastSeq = event.seq;
    if (event.type === 'session:message') transcript.add(labelled(event.message, choices));
    if (event.type === 'system:waiting_for_input') choices = event.expects.choices ?? [];
    if (event.type === 'ai:processing_start') transcript.dropDraft();
    if (event.type === 'ai:chunk') transcript.draft(event.chunk);
    if (event.type === 'workflow:finished') transcript.end('The conversation is over.');
    heard(event);
  }
  async function hearOut() {
    alert.textContent = '';
    again.remove();
    try {
      live = await client.resume({ sessionId, lastSeq }, { onConnection });
      if (isClosed) return live.close();
      for await (const event of live) show(event);
    } catch (cause) {
      if (isClosed) return;
      refused(cause);
      if (!isLoggedOut(cause)) alert.after(again);
    }
  }
  async function sayWhyNot() {
    const text = await whyNot(client, sessionId, reply.hasGivenBack());
    if (!waiting && !isClosed) notice.textContent = text;
  }

  /** Where there is room for a keyboard on the screen as well, one may write at once. */
  function focus() {
    const isWide = matchMedia('(min-width: 48rem)').matches;
    if (isWide && reply.field.isConnected) reply.field.focus();
    else heading.focus();
  }

  const view = element(
    'article',
    {},
    element('div', { class: 'about' }, back, heading, beside),
    transcript.view,
    ...[notice, alert, reply.view],
  );
  ignoreHeldEnter(view);
  void hearOut();
  void sayWhyNot().catch(() => undefined);

  return {
    id: sessionId,
    view,
    reply,
    /** How it waits, or that it does no more. */
    wait(now: Waiting | null): void {
      const before = waiting;
      waiting = now;
      if (now) {
        heading.textContent = titleOf(now);
        beside.textContent = [now.who && now.workflowName, now.who?.beside].filter(Boolean).join(' · ');
        notice.textContent = '';
        reply.wait(now);
        if (!before && document.activeElement === heading) focus();
      } else if (before) {
        if (reply.view.contains(document.activeElement)) heading.focus();
        reply.wait(null);
        void sayWhyNot().catch(refused);
      }
    },
    focus,
    /** Goes on hearing, after a login. */
    resume(): void {
      live?.close();
      void hearOut();
    },
    /** Up to which event it was shown. */
    shownSeq: () => lastSeq,
    close(): void {
      isClosed = true;
      live?.close();
    },
  };
}
