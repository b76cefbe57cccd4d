import { createFrame } from './frame.ts';
import type { WidgetSettings } from './settings.ts';

/** The chat where the page has room for it, as large as the element is. */
export function showInline(settings: WidgetSettings, into: string): void {
  const place = document.querySelector(into);
  if (!place) throw new Error(`there is no element ${into} on this page for data-into`);
  const frame = createFrame(settings, {
    hear(news) {
      if (news.crmflow === 'ready') frame.tell('shown');
    },
    away: () => console.error(`CRMFlow's chat: ${settings.server} does not answer.`),
  });
  Object.assign(frame.view.style, { width: '100%', height: '100%', minHeight: '24rem', border: '0' });
  place.append(frame.view);
  frame.load();
}
