import type { Message } from '@crmflow/sdk';
import { element } from './dom.ts';
import { draftOf, type Side } from './lines.ts';
import { words } from './words.ts';

interface Manner {
  lineOf(message: Message): HTMLElement;
  /** Where what the bot says stands. */
  botSide: Side;
}

/** Everything said, read aloud line by line as it comes. */
export function createTranscript({ lineOf, botSide }: Manner) {
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
      put(lineOf(message));
    },
    draft(chunk: string) {
      if (!draft) put((draft = draftOf(botSide)));
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
