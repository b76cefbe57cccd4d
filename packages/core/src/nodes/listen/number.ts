import { z } from 'zod';
import { localeOf, question } from './question.ts';
import { readNumber } from './read/number.ts';

export const number = question({
  kind: 'number',
  summary: 'Asks for a number, as people write it in the workflow’s language.',
  data: {
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().positive().optional(),
    /** BCP 47, when it differs from the workflow’s. */
    locale: z.string().min(2).max(35).optional(),
  },
  type: 'number',
  problems({ min, max, step = 0 }) {
    if (min === undefined || max === undefined) return [];
    if (min > max) return [{ field: 'max', message: 'it is smaller than min' }];
    return step > max - min
      ? [{ field: 'step', message: 'it is larger than from min to max: only min could be given' }]
      : [];
  },
  expects: ({ min, max, step }) => ({
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(step !== undefined && { step }),
  }),
  read: ({ text }, { min, max, step, locale }, ctx) => {
    const here = localeOf(ctx);
    return readNumber(text, { min, max, step }, locale === undefined ? here : { ...here, language: locale });
  },
});
