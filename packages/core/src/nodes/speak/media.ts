import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { template } from '../data.ts';
import { definePure, next } from '../node.ts';

export const media = definePure({
  type: 'speak',
  kind: 'media',
  summary: 'Shows an image, or plays audio or video, or offers a file.',
  data: z.strictObject({
    media: z.enum(['image', 'audio', 'video', 'file']),
    url: template(),
    /** What it shows, for those who cannot see or hear it. */
    alt: template(),
    /** A line beside it. */
    text: template().optional(),
  }),
  problems: ({ url }) =>
    /^\s*(?:https?:\/\/|\{)/i.test(url.source)
      ? []
      : [{ field: 'url', message: 'it must begin with https:// or http://' }],
  run({ media: kind, url, alt, text }, { scope }) {
    const address = url.render(scope).trim();
    if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
      throw new CrmflowError(
        'unprocessable',
        'The address of the media is none that begins with https:// or http://.',
      );
    return next({
      say: [{ text: text?.render(scope) ?? '', media: { kind, url: address, alt: alt.render(scope) } }],
    });
  },
});
