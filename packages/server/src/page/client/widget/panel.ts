import { inkOn } from '../chat/colours.ts';
import { button, element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { createFrame } from './frame.ts';
import { icon } from './icon.ts';
import type { WidgetSettings } from './settings.ts';
import { FULL, style } from './style.ts';

/** A button in a corner of the page, and the chat in a panel over it. */
export function createPanel(settings: WidgetSettings) {
  const { label, title, workflowId, side, accent, isOpen } = settings;
  const around = element('div');
  const behind: HTMLElement[] = [];
  const memory = memoryOf<'open' | 'closed'>(`widget:${workflowId}`);
  const badge = element('span', { class: 'badge', hidden: true });
  const bubble = button('', { class: 'bubble', 'aria-label': label, 'aria-expanded': 'false' }, () =>
    panel.hidden ? open() : close(),
  );
  bubble.append(icon(), badge);
  const frame = createFrame(settings, (news) => {
    switch (news.crmflow) {
      case 'ready':
        return frame.tell(panel.hidden ? 'hidden' : 'shown');
      case 'close':
        return close();
      case 'unread':
        badge.hidden = news.count === 0;
        badge.textContent = String(news.count);
        return bubble.setAttribute('aria-label', news.count ? `${label} (${news.count})` : label);
      case 'started':
      case 'finished':
        return;
    }
  });
  const panel = element(
    'div',
    { class: 'panel', role: 'dialog', 'aria-label': title, hidden: true },
    frame.view,
  );

  function show(isShown: boolean) {
    panel.hidden = !isShown;
    keepBehind(isShown && matchMedia(FULL).matches);
    bubble.setAttribute('aria-expanded', String(isShown));
    memory.keep(isShown ? 'open' : 'closed');
    frame.load();
    frame.tell(isShown ? 'shown' : 'hidden');
  }
  /** Where it fills the screen, nothing behind it can be reached. */
  function keepBehind(isAlone: boolean) {
    for (const other of behind.splice(0)) other.inert = false;
    if (!isAlone) return;
    for (const other of document.body.children)
      if (other instanceof HTMLElement && other !== around && !other.inert) {
        other.inert = true;
        behind.push(other);
      }
  }
  function open() {
    show(true);
    frame.view.focus();
  }
  function close() {
    show(false);
    bubble.focus();
  }

  const view = element('div', { class: `widget ${side}` }, panel, bubble);
  view.style.setProperty('--accent', accent);
  view.style.setProperty('--ink', inkOn(accent));
  view.addEventListener('keydown', ({ key }) => key === 'Escape' && !panel.hidden && close());
  const root = around.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [style()];
  root.append(view);
  document.body.append(around);

  // On the next page of a visit it is as it was left, and hears what is said meanwhile.
  const left = memory.kept();
  if (left === 'open' || (left === null && isOpen)) show(true);
  else if (left === 'closed') frame.load();
  return { open, close };
}
