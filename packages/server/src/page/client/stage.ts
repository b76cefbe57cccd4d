import type { SessionEvent } from '@crmflow/sdk';
import { createComposer } from './composer.ts';
import type { Given } from './controls.ts';
import { button, element, ignoreHeldEnter } from './dom.ts';
import { labelled, visitorsLine, type Choices } from './lines.ts';
import { createTranscript } from './transcript.ts';

interface Asked {
  give(given: Given): void;
  restart(): void;
}

/** What one sees of a conversation: what is said, and the control for what is asked. */
export function createStage({ give, restart }: Asked) {
  const transcript = createTranscript({ lineOf: visitorsLine, botSide: 'other' });
  const status = element('p', { class: 'status', role: 'status' });
  const alert = element('p', { class: 'alert', role: 'alert' });
  const again = button('Start again', { class: 'quiet restart' }, restart);
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
        return say('An answer is being written …');
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
        transcript.end(event.outcome === 'failed' ? FAILED : 'The conversation is over.');
        return composer.clear(again);
      case 'session:started':
      case 'node:execution_complete':
      case 'workflow:node_activated':
        return;
    }
  }

  const view = element('section', { class: 'talk', 'aria-label': 'Talk' }, ...parts);
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

const FAILED = 'Something went wrong, and the conversation ended.';
