import { escapeMarkup } from '../../nodes/integration/markup.ts';
import { response } from '../../nodes/integration/twiml.ts';
import type { Expects } from '../../nodes/wait.ts';
import type { SessionEvent } from '../../session/session.ts';
import type { NewDelivery, Outgoing } from '../../store.ts';

/** That Twilio takes in one message, in UTF-16 units. */
const MOST_CHARS = 1_600;

/**
 * What a session told, as text messages. Lines that belong together are one message: several may arrive in any order. What
 * may be chosen stands below the question, with numbers.
 */
export function messagesOf(events: readonly SessionEvent[]): NewDelivery[] {
  const said: (Outgoing & { seq: number })[] = [];
  function add(seq: number, text: string, media: readonly string[] = []) {
    const last = said.at(-1);
    if (last && !last.media.length && !media.length) last.text += `\n${text}`;
    else said.push({ seq, text, media });
  }
  for (const event of events) {
    if (event.type === 'session:message' && event.message.from === 'bot') {
      const { text, media } = event.message;
      if (text || media) add(event.seq, text, media ? [media.url] : []);
    }
    const menu = event.type === 'system:waiting_for_input' ? menuOf(event.expects) : '';
    if (menu) add(event.seq, menu);
  }
  return said.flatMap(({ seq, text, media }) =>
    split(text).map((piece, part) => ({ seq, part, content: { text: piece, media: part ? [] : media } })),
  );
}

const menuOf = ({ kind, choices = [] }: Expects): string =>
  kind === 'choice' ? choices.map(({ label }, at) => `${at + 1}. ${label}`).join('\n') : '';

/** A text in pieces that go into a message each, between sentences where there are any. */
function split(text: string): string[] {
  if (text.length <= MOST_CHARS) return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of SENTENCES.segment(text))
    for (const part of short(segment)) {
      if (piece.length + part.length > MOST_CHARS) {
        pieces.push(piece);
        piece = '';
      }
      piece += part;
    }
  return [...pieces, piece].map((each) => each.trim()).filter(Boolean);
}
const SENTENCES = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** A sentence longer than a message is cut between words, or anywhere but in the middle of a character. */
const short = (sentence: string): string[] =>
  sentence.length <= MOST_CHARS ? [sentence] : (sentence.match(/\S{1,750}\s{0,99}/gu) ?? []);

/** Messages as TwiML (www.twilio.com/docs/messaging/twiml): what a message is answered with. */
export const messagesTwiml = (messages: readonly { content: Outgoing }[]): string =>
  response(
    messages.map(({ content: { text, media } }) => {
      const body = text && `<Body>${escapeMarkup(text)}</Body>`;
      return `<Message>${body}${media.map((url) => `<Media>${escapeMarkup(url)}</Media>`).join('')}</Message>`;
    }),
  );
