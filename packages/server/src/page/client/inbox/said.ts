import type { CRMFlow, Message, SessionEvent } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { labelled, lineOf, type Choices } from '../lines.ts';
import { createTranscript } from '../transcript.ts';
import type { Ask } from './ask.ts';
import { fileLink, mediaLink } from './attachments.ts';
import { soon } from './soon.ts';

interface Needs {
  client: CRMFlow;
  ask: Ask;
  sessionId: string;
  /** A file could not be fetched. */
  refused(cause: unknown): void;
}

/** Whoever is so near the end reads what comes. */
const NEAR_PX = 40;
/** After the first line what was said before is there. */
const BEGIN_MS = 500;

/** What is said in a conversation, as whoever answers is shown it. */
export function createSaid(needs: Needs) {
  const transcript = createTranscript({
    lineOf: (message) =>
      lineOf(message, {
        ...speakerOf(message),
        media: mediaLink,
        file: (file) => fileLink({ ...needs, file }),
      }),
    botSide: 'own',
  });
  stayAtEnd(transcript.view);
  // What was said before is not read aloud line by line.
  transcript.view.setAttribute('aria-live', 'off');
  const begun = soon(() => transcript.view.setAttribute('aria-live', 'polite'), BEGIN_MS);
  /** What may be chosen where the next answer goes. */
  let choices: Choices = [];

  return {
    view: transcript.view,
    show(event: SessionEvent): void {
      begun.ask();
      switch (event.type) {
        case 'session:message':
          return transcript.add(labelled(event.message, choices));
        case 'system:waiting_for_input':
          choices = event.expects.choices ?? [];
          return;
        case 'ai:processing_start':
          return transcript.dropDraft();
        case 'ai:chunk':
          return transcript.draft(event.chunk);
        case 'workflow:finished':
          return transcript.end('The conversation is over.');
        case 'session:started':
        case 'node:execution_complete':
        case 'workflow:node_activated':
        case 'ai:processing_end':
          return;
      }
    },
  };
}

/** What was said last stays in sight when there is less room, such as for what is being written. */
function stayAtEnd(log: HTMLElement) {
  let isAtEnd = true;
  log.addEventListener('scroll', () => {
    isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - NEAR_PX;
  });
  new ResizeObserver(() => {
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }).observe(log);
}

/** Who said a line, at which side, and when. */
function speakerOf({ from, author, at }: Message) {
  const by = (name: string) => element('p', { class: 'by' }, element('b', {}, name), ' ', timeOf(at));
  if (from === 'user') return { class: 'other', by: by('Visitor') };
  return author === 'person' ? { class: 'own', by: by('Person') } : { class: 'own bot', by: by('Bot') };
}

function timeOf(at: string): HTMLElement {
  const time = new Date(at);
  const clock = time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return element('time', { datetime: at, title: time.toLocaleString() }, clock);
}
