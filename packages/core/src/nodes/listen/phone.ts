import { z } from 'zod';
import { lazily, question } from './question.ts';

const library = lazily(() => import('./read/phone.ts'));

export const phone = question({
  kind: 'phone',
  summary: 'Asks for a telephone number and keeps it as E.164: +4930123456.',
  data: {
    /** ISO 3166, for numbers without a prefix; the settings’ country when absent. */
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
  },
  type: 'text',
  load: library.load,
  read: ({ text }, data, ctx) => library.get().readPhone(text, { country: data.country ?? ctx.country }),
});
