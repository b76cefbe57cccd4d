import type { Message } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { lineOf, type Shown } from '../lines.ts';

/** A line as whoever answers is shown it: who said it, and when. */
export const deskLine = (message: Message, attachments: Pick<Shown, 'media' | 'file'>): HTMLElement => {
  const { class: side, name } = speakerOf(message);
  const at = new Date(message.at);
  const clock = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const time = element('time', { datetime: message.at, title: at.toLocaleString() }, clock);
  const by = element('p', { class: 'by' }, element('b', {}, name), ' ', time);
  return lineOf(message, { class: side, by, ...attachments });
};

function speakerOf({ from, author }: Message) {
  if (from === 'user') return { class: 'other', name: 'Visitor' };
  return author === 'person' ? { class: 'own', name: 'Person' } : { class: 'own bot', name: 'Bot' };
}
