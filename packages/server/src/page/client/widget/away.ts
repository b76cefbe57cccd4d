import { button, element } from '../dom.ts';

/** What stands in the place of a chat that is not there, with the way out of it. */
export function awayIn(language: string, close: () => void): HTMLElement {
  const [sentence, word] = /^de\b/i.test(language)
    ? (['Der Chat ist im Moment nicht zu erreichen.', 'Schließen'] as const)
    : (['The chat cannot be reached at the moment.', 'Close'] as const);
  return element(
    'div',
    { class: 'away', role: 'alert', hidden: true },
    element('p', {}, sentence),
    button(word, {}, close),
  );
}
