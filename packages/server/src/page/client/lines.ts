import type { Expects, Message } from '@crmflow/sdk';
import { element, spoken } from './dom.ts';

export type Choices = NonNullable<Expects['choices']>;

/** What a visitor chose, by the names that were shown; a choice may have been sent by its id. */
export function labelled(message: Message, choices: Choices): Message {
  if (message.from !== 'user') return message;
  const labels = message.text.split(', ').map((id) => choices.find((choice) => choice.id === id)?.label);
  return labels.includes(undefined) ? message : { ...message, text: labels.join(', ') };
}

/** A line of the transcript: all of it text, whatever it looks like. */
export function lineOf({ from, text, media, file, citations = [] }: Message): HTMLElement {
  const line = element('div', { class: `line ${from}` }, spoken(from === 'user' ? 'You: ' : 'Answer: '));
  if (text && text !== file?.name) line.append(element('p', {}, text));
  // An address is shown rather than opened: what a bot says must not make a browser ask other hosts.
  if (media) line.append(element('p', { class: 'media' }, mediaText(media)));
  if (file) line.append(element('p', { class: 'media' }, `File: ${file.name}`));
  if (citations.length) line.append(sourcesOf(citations));
  return line;
}

const mediaText = ({ kind, url, alt, name }: NonNullable<Message['media']>) =>
  `${[kind, alt ?? name].filter(Boolean).join(': ')} – ${url}`;

function sourcesOf(citations: NonNullable<Message['citations']>): HTMLElement {
  const items = citations.map(({ source, text, page, url }) => {
    const where = [source, page !== undefined && `page ${page}`, url !== source && url]
      .filter(Boolean)
      .join(', ');
    return element('li', {}, element('cite', {}, where), element('blockquote', {}, text));
  });
  const heading = `${citations.length} ${citations.length === 1 ? 'source' : 'sources'}`;
  return element('details', {}, element('summary', {}, heading), element('ol', {}, ...items));
}

/** An answer as it is made. It is read aloud once it is whole, not piece by piece. */
export const draftOf = () => element('div', { class: 'line bot draft', 'aria-hidden': 'true' }, element('p'));
