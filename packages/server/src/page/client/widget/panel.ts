import { inkOn } from '../chat/colours.ts';
import type { News } from '../chat/host.ts';
import { element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { awayIn } from './away.ts';
import { createBehind } from './behind.ts';
import { createBubble } from './bubble.ts';
import { createFrame } from './frame.ts';
import type { WidgetSettings } from './settings.ts';
import { FULL, style } from './style.ts';

/** A button in a corner of the page, and the chat in a panel over it. */
export function createPanel(settings: WidgetSettings) {
  const { label, title, workflowId, side, accent, isOpen, language } = settings;
  const around = element('div');
  const keepBehind = createBehind(around);
  const memory = memoryOf<'open' | 'closed'>(`widget:${workflowId}`);
  const bubble = createBubble(label, () => (panel.hidden ? open() : close()));
  const away = awayIn(language, () => close());
  const frame = createFrame(settings, { hear, away: () => void (away.hidden = false) });
  const named = { class: 'panel', role: 'dialog', 'aria-label': title, hidden: true };
  const panel = element('div', named, frame.view, away);

  function hear(news: News): void {
    switch (news.crmflow) {
      case 'ready':
        away.hidden = true;
        return frame.tell(panel.hidden ? 'hidden' : 'shown');
      case 'close':
        return close();
      case 'unread':
        return bubble.count(news.count);
      case 'started':
      case 'finished':
        return;
    }
  }
  function show(isShown: boolean) {
    panel.hidden = !isShown;
    keepBehind(isShown && matchMedia(FULL).matches);
    bubble.expand(isShown);
    memory.keep(isShown ? 'open' : 'closed');
    if (isShown) frame.load();
    frame.tell(isShown ? 'shown' : 'hidden');
  }
  function open() {
    show(true);
    frame.view.focus();
  }
  function close() {
    show(false);
    bubble.view.focus();
  }

  const view = element('div', { class: `widget ${side}` }, panel, bubble.view);
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
