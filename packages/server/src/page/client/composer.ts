import { controlFor, focusFirst, type Asked, type Waiting } from './controls.ts';
import { element } from './dom.ts';

/** Where an answer is given: the control for what is asked. */
export function createComposer(asked: Asked) {
  const view = element('div', { class: 'composer' });
  /** Focus follows the questions from the first answer on: before, one may be reading elsewhere. */
  let isTaken = false;

  return {
    view,
    ask(waiting: Waiting): void {
      view.replaceChildren(controlFor(waiting, asked));
      if (isTaken && hasLostFocus()) focusFirst(view);
    },
    /** While an answer is under way no other can be given. */
    async whileGiving(work: () => Promise<void>): Promise<void> {
      isTaken = true;
      view.inert = true;
      await work();
      view.inert = false;
      if (hasLostFocus()) focusFirst(view);
    },
    /** Nothing is asked any more; what comes next takes the focus. */
    clear(next?: HTMLElement): void {
      isTaken ||= view.contains(document.activeElement);
      view.replaceChildren();
      if (isTaken && hasLostFocus()) next?.focus();
    },
  };
}

const hasLostFocus = () => document.activeElement === document.body;
