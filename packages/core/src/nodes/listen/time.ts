import { z } from 'zod';
import { lazily, localeOf, question } from './question.ts';

const library = lazily(() => import('./read/time.ts'));
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time as 09:30');

export const time = question({
  kind: 'time',
  summary: 'Asks for a time of day in everyday words and keeps it as HH:MM; says back how it was read.',
  data: {
    min: clockTime.optional(),
    max: clockTime.optional(),
    /** In minutes: 30 takes full and half hours. */
    step: z.int().min(1).max(720).optional(),
    /** Whether it says back how the answer was read. */
    echo: z.boolean().default(true),
  },
  type: 'time',
  load: library.load,
  expects: ({ min, max, step }) => ({
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(step !== undefined && { step }),
  }),
  read({ text }, { min, max, step, echo }, ctx) {
    const reading = library.get().readTime(text, { min, max, step }, localeOf(ctx));
    return reading.ok && !echo ? { ok: true, value: reading.value } : reading;
  },
});
