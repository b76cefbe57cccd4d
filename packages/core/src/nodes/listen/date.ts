import { z } from 'zod';
import { lazily, localeOf, question } from './question.ts';

const library = lazily(() => import('./read/date.ts'));

export const date = question({
  kind: 'date',
  summary: 'Asks for a day in everyday words and keeps it as YYYY-MM-DD; says back how it was read.',
  data: {
    /** ISO, `today`, or days from today: `+30d`. */
    min: z.string().max(20).optional(),
    max: z.string().max(20).optional(),
    /** Whether it says back how the answer was read. */
    echo: z.boolean().default(true),
  },
  type: 'date',
  load: library.load,
  expects: ({ min, max }) => ({ ...(min !== undefined && { min }), ...(max !== undefined && { max }) }),
  read({ text }, { min, max, echo }, ctx) {
    const reading = library.get().readDate(text, { min, max }, localeOf(ctx));
    return reading.ok && !echo ? { ok: true, value: reading.value } : reading;
  },
});
