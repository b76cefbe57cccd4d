import type { Message } from '@crmflow/sdk';
import { element } from './dom.ts';
import { draftOf, lineOf, type MediaShown } from './lines.ts';
import { words } from './words.ts';

/** Everything said, read aloud line by line as it comes. */
export function createTranscript(shown: MediaShown) {
  const view = element('div', { class: 'log', role: 'log', 'aria-label': words.conversation, tabindex: '0' });
  let draft: HTMLElement | null = null;
  const toEnd = () => void (view.scrollTop = view.scrollHeight);
  // A picture has its height once it is there; its `load` does not bubble.
  view.addEventListener('load', toEnd, { capture: true });
  function put(line: HTMLElement) {
    view.append(line);
    toEnd();
  }
  function dropDraft() {
    draft?.remove();
    draft = null;
  }
  return {
    view,
    toEnd,
    dropDraft,
    add(message: Message) {
      if (message.from === 'bot') dropDraft();
      put(lineOf(message, shown));
    },
    draft(chunk: string) {
      if (!draft) put((draft = draftOf()));
      draft.firstElementChild!.append(chunk);
      toEnd();
    },
    end(sentence: string) {
      dropDraft();
      put(element('p', { class: 'over' }, sentence));
    },
    clear() {
      dropDraft();
      view.replaceChildren();
    },
  };
}
