import { one, past, PAST, type Around, type Made } from './made.ts';
import { plainText } from './rich-text.ts';
import { textIn } from './shape.ts';
import { liquid, liquidAddress, short } from './texts.ts';

/** What a text bubble says. */
export function bubbleText({ block, note, once, ...reading }: Around): string {
  const { text, isCut, isStyled } = plainText(block.content);
  if (isStyled) once('Bold, italic and underlined words are plain words here.');
  if (isCut) note('its text is nested too deep; what lies deeper is left out.');
  return liquid(text, { ...reading, note });
}

/** A text bubble. */
export function textBubble(around: Around): Made {
  const text = bubbleText(around);
  return text.trim() === '' ? PAST : says(text);
}

/** A node that says something. */
export const says = (text: string): Made => one({ name: 'say', type: 'speak', data: { kind: 'text', text } });

/** A bubble that shows an image or plays something. */
export function mediaBubble(around: Around, media: 'image' | 'audio' | 'video'): Made {
  const { block, note } = around;
  const page = media === 'video' ? videoPage(block.content) : undefined;
  const source = textIn(block.content, 'url') ?? page;
  if (source === undefined) return past(note, 'names no address');
  const url = liquid(source.trim(), around);
  if (!/^(?:https?:\/\/|\{)/i.test(url)) return past(note, `shows ${short(source)}, which is no web address`);
  // A page that plays a video is no video itself.
  if (media === 'video' && (page !== undefined || isPage(url))) return says(url);
  const link = textIn(clickLinkOf(block.content), 'url');
  return one({
    name: media,
    type: 'speak',
    data: {
      kind: 'media',
      media,
      url,
      alt: liquid(textIn(clickLinkOf(block.content), 'alt') ?? '', around),
      ...(link !== undefined && { text: liquidAddress(link.trim(), around) }),
    },
    goesOn: url.startsWith('{'),
  });
}

const clickLinkOf = (content: unknown): unknown =>
  typeof content === 'object' && content !== null && 'clickLink' in content ? content.clickLink : undefined;

const isPage = (url: string) =>
  /^https?:\/\/(?:[\w-]+\.)?(?:youtube\.com|youtu\.be|vimeo\.com|tiktok\.com)\//i.test(url);
function videoPage(content: unknown): string | undefined {
  const id = textIn(content, 'id');
  if (id === undefined || !/^[\w-]+$/.test(id)) return undefined;
  switch (textIn(content, 'type')) {
    case 'youtube':
      return `https://www.youtube.com/watch?v=${id}`;
    case 'vimeo':
      return `https://vimeo.com/${id}`;
    default:
      return undefined;
  }
}

/** A page inside the conversation: here its address. */
export function embedBubble(around: Around): Made {
  const source = textIn(around.block.content, 'url');
  if (source === undefined) return past(around.note, 'names no address');
  around.note('shows a page inside the conversation; here its address is said.');
  return says(liquidAddress(source.trim(), around));
}
