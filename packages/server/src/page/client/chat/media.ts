import { element } from '../dom.ts';
import { mediaText, type Media } from '../lines.ts';
import { linkTo } from '../links.ts';

/** What the author of a workflow shows, as it is. An address that is neither https nor the server's own is only told. */
export function mediaShown(media: Media): HTMLElement | string {
  const { kind, alt, name } = media;
  if (!URL.canParse(media.url, location.href)) return mediaText(media);
  const address = new URL(media.url, location.href);
  if (address.protocol !== 'https:' && address.origin !== location.origin) return mediaText(media);
  const src = address.href;
  switch (kind) {
    case 'image':
      return element('img', { src, alt: alt ?? '', referrerpolicy: 'no-referrer' });
    case 'audio':
      return element('audio', { src, controls: true, preload: 'metadata', 'aria-label': alt });
    case 'video':
      return element('video', {
        src,
        controls: true,
        preload: 'metadata',
        playsinline: true,
        'aria-label': alt,
      });
    case 'file':
      return linkTo(src, alt || name || src);
  }
}
