import { button, element } from '../dom.ts';
import { icon } from './icon.ts';

/** The button that opens and closes the chat, with the number of what nobody has seen. */
export function createBubble(label: string, press: () => void) {
  const badge = element('span', { class: 'badge', hidden: true });
  const view = button('', { class: 'bubble', 'aria-label': label, 'aria-expanded': 'false' }, press);
  view.append(icon(), badge);
  return {
    view,
    expand: (isOpen: boolean): void => view.setAttribute('aria-expanded', String(isOpen)),
    count(unread: number): void {
      badge.hidden = unread === 0;
      badge.textContent = String(unread);
      view.setAttribute('aria-label', unread ? `${label} (${unread})` : label);
    },
  };
}
