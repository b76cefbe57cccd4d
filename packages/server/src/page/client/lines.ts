import type { Expects, Message } from '@crmflow/sdk';
import { element, spoken } from './dom.ts';
import { linked } from './links.ts';
import { words } from './words.ts';

export type Choices = NonNullable<Expects['choices']>;
export type Media = NonNullable<Message['media']>;
/** At whose side of the transcript a line stands: of whoever reads it, or of the other. */
export type Side = 'own' | 'other';

/** How whoever reads the transcript is shown a line. */
export interface Shown {
  /** The side, and what else tells it from the others. */
  class: string;
  by: Node;
  media(media: Media): Node | string;
  file(file: NonNullable<Message['file']>): Node | string;
}

/** What a visitor chose, by the names that were shown; a choice may have been sent by its id. */
export function labelled(message: Message, choices: Choices): Message {
  if (message.from !== 'user') return message;
  const labels = message.text.split(', ').map((id) => choices.find((choice) => choice.id === id)?.label);
  return labels.includes(undefined) ? message : { ...message, text: labels.join(', ') };
}

/** A line of the transcript: all of it text, whatever it looks like; of what is no visitor's, addresses are links. */
export function lineOf(message: Message, shown: Shown): HTMLElement {
  const { from, text, media, file, citations = [] } = message;
  const line = element('div', { class: `line ${shown.class}` }, shown.by);
  if (text && text !== file?.name) line.append(element('p', {}, ...(from === 'bot' ? linked(text) : [text])));
  if (media) line.append(element('p', { class: 'media' }, shown.media(media)));
  if (file) line.append(element('p', { class: 'media' }, shown.file(file)));
  if (citations.length) line.append(sourcesOf(citations));
  return line;
}

/** A line as the visitor is shown it. */
export const visitorsLine = (message: Message, mediaShown: Shown['media']): HTMLElement =>
  lineOf(message, {
    class: message.from === 'user' ? 'own' : 'other',
    by: byOf(message),
    media: message.from === 'user' ? mediaText : mediaShown,
    file: ({ name }) => `${words.file}: ${name}`,
  });

/** A person is told from the bot, also to those who see the page. */
const byOf = ({ from, author }: Message): Node =>
  author === 'person'
    ? element('span', { class: 'team' }, words.person, spoken(': '))
    : spoken(`${from === 'user' ? words.you : words.answer}: `);

/** Its address is told rather than opened: a browser asks no other host. */
export const mediaText = (media: Media): string => `${mediaName(media)} – ${media.url}`;

export const mediaName = ({ kind, alt, name }: Media): string =>
  [kind, alt ?? name].filter(Boolean).join(': ');

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
export const draftOf = (side: Side) =>
  element('div', { class: `line ${side} draft`, 'aria-hidden': 'true' }, element('p'));
