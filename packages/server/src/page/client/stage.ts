import type { Message, SessionEvent } from '@crmflow/sdk';
import { createComposer } from './composer.ts';
import type { Given } from './controls.ts';
import { button, element, ignoreHeldEnter } from './dom.ts';
import { labelled, visitorsLine, type Choices, type Shown } from './lines.ts';
import { createTranscript } from './transcript.ts';
import { words } from './words.ts';

interface Asked {
  give(given: Given): void;
  restart(): void;
  mediaShown: Shown['media'];
}

/** What one sees of a conversation: what is said, and the control for what is asked. */
export function createStage({ give, restart, mediaShown }: Asked) {
  const lineOf = (message: Message) => visitorsLine(message, mediaShown);
  const transcript = createTranscript({ lineOf, botSide: 'other' });
  const status = element('p', { class: 'status', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const again = button(words.again, { class: 'quiet restart' }, restart);
  const say = (text: string) => void (status.textContent = text);
  function refuse(reason: string) {
    alert.textContent = reason;
    if (reason) alert.scrollIntoView({ block: 'nearest' });
  }
  /** What may be chosen where the next answer goes. */
  let choices: Choices = [];
  const composer = createComposer({ give, refuse });
  const parts = [transcript.view, status, alert, composer.view, again];

  function show(event: SessionEvent): void {
    switch (event.type) {
      case 'session:message':
        return transcript.add(labelled(event.message, choices));
      case 'ai:processing_start':
        transcript.dropDraft();
        return say(words.writing);
      case 'ai:chunk':
        return transcript.draft(event.chunk);
      case 'ai:processing_end':
        return say('');
      case 'system:waiting_for_input':
        say('');
        choices = event.expects.choices ?? [];
        composer.ask(event);
        return transcript.toEnd();
      case 'workflow:finished':
        say('');
        transcript.end(event.outcome === 'failed' ? words.failed : words.over);
        return composer.clear(again);
      case 'session:started':
      case 'node:execution_complete':
      case 'workflow:node_activated':
        return;
    }
  }

  const view = element('section', { class: 'talk', 'aria-label': words.talk }, ...parts);
  ignoreHeldEnter(view);

  return {
    view,
    say,
    refuse,
    show,
    whileGiving(work: () => Promise<void>): Promise<void> {
      refuse('');
      return composer.whileGiving(work);
    },
    clear(): void {
      transcript.clear();
      composer.clear();
      say('');
      refuse('');
    },
  };
}
