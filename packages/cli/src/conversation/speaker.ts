import type { Message, SessionEvent } from '@crmflow/core';
import { wireForm } from '@crmflow/core/contract';
import { oneLine, printable } from '../printable.ts';
import type { Output } from '../output.ts';
import { wrapped } from '../width.ts';

/** Hears what a session tells and shows it. */
export interface Speaker {
  hear(event: SessionEvent): void;
  /** The number of the last event. */
  heard(): number;
}
export type Say = (event: SessionEvent) => void;

/** One event a line, in the form in which a socket tells it. */
export const sayJson =
  ({ jsonLine }: Output, sessionId: string): Say =>
  (event) =>
    jsonLine(wireForm(event, sessionId));

/** Plain lines: what the bot says and what may be chosen; with `echo` what the visitor says too. */
export function sayPlainly({ line }: Output, { echo }: { echo: boolean }): Say {
  return (event) => {
    if (event.type === 'session:message') {
      const { message } = event;
      if (message.from === 'bot') line(botLines(message).join('\n'));
      else if (echo) line(`> ${oneLine(userText(message))}`);
    }
    if (event.type === 'system:waiting_for_input') for (const each of choiceLines(event.expects)) line(each);
  };
}

/** For a person: with colours, and an answer of the AI as it is made. */
export function sayToPerson({ line, raw, colors, columns }: Output): Say {
  const bullet = `${colors.cyan('●')} `;
  const indented = (text: string) => text.replaceAll('\n', '\n  ');
  let streamed = '';

  function say(message: Message) {
    const [text = '', ...more] = botLines(message);
    if (streamed && printable(streamed).trimEnd() === text.trimEnd()) line();
    else line(`${streamed ? '\n' : ''}${bullet}${indented(wrapped(text, columns - 2))}`);
    streamed = '';
    for (const each of more) line(colors.dim(`  ${each}`));
  }
  return (event) => {
    if (event.type === 'ai:chunk') {
      raw(`${streamed ? '' : bullet}${indented(printable(event.chunk))}`);
      streamed += event.chunk;
    }
    if (event.type === 'ai:processing_start' && streamed) {
      line(colors.dim(' … once more:'));
      streamed = '';
    }
    if (event.type === 'session:message' && event.message.from === 'bot') say(event.message);
  };
}

/** A line of the transcript as one prints it: its text, its media and its sources. */
export function botLines({ text, media, citations = [] }: Message): string[] {
  const shown = media && `[${media.kind}${media.alt ? `: ${oneLine(media.alt)}` : ''}] ${oneLine(media.url)}`;
  return [...(text || !shown ? [printable(text)] : []), ...(shown ? [shown] : []), ...sourceLines(citations)];
}

/** Where an answer was taken from; numbered as the answer names it when there are several. */
export const sourceLines = (citations: readonly Citation[]): string[] =>
  citations.map(({ source, page, url }, at) => {
    const where = [source, page !== undefined && `page ${page}`, url !== source && url]
      .filter(Boolean)
      .join(', ');
    return oneLine(citations.length > 1 ? `([${at + 1}] ${where})` : `(from: ${where})`);
  });
type Citation = NonNullable<Message['citations']>[number];

type Expects = Extract<SessionEvent, { type: 'system:waiting_for_input' }>['expects'];

/** What may be chosen, numbered as one may answer. */
export const choiceLines = ({ kind, choices = [] }: Expects): string[] =>
  kind === 'choice' ? choices.map(({ label }, at) => `  ${at + 1}. ${oneLine(label)}`) : [];

/** What a visitor said, or gave. */
export const userText = ({ text, file }: Message): string =>
  [text, file && `[file: ${file.name}]`].filter(Boolean).join(' ');
