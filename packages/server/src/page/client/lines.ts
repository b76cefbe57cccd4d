import type { Expects, Message } from '@crmflow/sdk';
import { element, spoken } from './dom.ts';
import { linked } from './links.ts';
import { words } from './words.ts';

export type Choices = NonNullable<Expects['choices']>;

/** What a visitor chose, by the names that were shown; a choice may have been sent by its id. */
export function labelled(message: Message, choices: Choices): Message {
  if (message.from !== 'user') return message;
  const labels = message.text.split(', ').map((id) => choices.find((choice) => choice.id === id)?.label);
  return labels.includes(undefined) ? message : { ...message, text: labels.join(', ') };
}

export type Media = NonNullable<Message['media']>;
/** How a picture, a sound or a film is shown. */
export type MediaShown = (media: Media) => HTMLElement | string;

/** A line of the transcript: all of it text, whatever it looks like, and what `shown` makes of media. */
export function lineOf({ from, text, media, file, citations = [] }: Message, shown: MediaShown): HTMLElement {
  const line = element(
    'div',
    { class: `line ${from}` },
    spoken(`${from === 'user' ? words.you : words.answer}: `),
  );
  if (text && text !== file?.name) line.append(element('p', {}, ...(from === 'bot' ? linked(text) : [text])));
  if (media) line.append(element('p', { class: 'media' }, from === 'bot' ? shown(media) : mediaText(media)));
  if (file) line.append(element('p', { class: 'media' }, `${words.file}: ${file.name}`));
  if (citations.length) line.append(sourcesOf(citations));
  return line;
}

/** Its address is told rather than opened: a browser asks no other host. */
export const mediaText = ({ kind, url, alt, name }: Media): string =>
  `${[kind, alt ?? name].filter(Boolean).join(': ')} – ${url}`;

function sourcesOf(citations: NonNullable<Message['citations']>): HTMLElement {
  const items = citations.map(({ source, text, page, url }) => {
    const where = [source, page !== undefined && `${words.page} ${page}`, url !== source && url]
      .filter(Boolean)
      .join(', ');
    return element('li', {}, element('cite', {}, where), element('blockquote', {}, text));
  });
  const heading = element('summary', {}, words.sources(citations.length));
  return element('details', {}, heading, element('ol', {}, ...items));
}

/** An answer as it is made. It is read aloud once it is whole, not piece by piece. */
export const draftOf = () => element('div', { class: 'line bot draft', 'aria-hidden': 'true' }, element('p'));
