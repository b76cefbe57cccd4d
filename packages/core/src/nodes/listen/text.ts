import { z } from 'zod';
import { pattern } from '../data.ts';
import { question } from './question.ts';
import { readText } from './read/text.ts';

export const listenText = question({
  kind: 'text',
  summary: 'Asks for words.',
  data: {
    minLength: z.int().min(1).max(20_000).optional(),
    maxLength: z.int().min(1).max(20_000).optional(),
    pattern: pattern(
      'A regular expression in RE2’s syntax that must fit the whole answer, as in HTML: [0-9]{5} takes five digits and nothing else.',
    ).optional(),
  },
  type: 'text',
  problems: ({ minLength, maxLength }) =>
    minLength !== undefined && maxLength !== undefined && minLength > maxLength
      ? [{ field: 'maxLength', message: 'it is smaller than minLength' }]
      : [],
  expects: ({ minLength, maxLength }) => ({
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
  }),
  read: ({ text }, { minLength, maxLength, pattern: allowed }) =>
    readText(text, { minLength, maxLength, pattern: allowed && ((words) => allowed.fits(words)) }),
});
