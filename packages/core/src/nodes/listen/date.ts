import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import { dayNumber, wallIn } from '../../language/calendar.ts';
import type { NodeContext } from '../node.ts';
import { lazily, localeOf, question } from './question.ts';
import { boundOf, dayOf, isoOf, type Day } from './read/day.ts';

const library = lazily(() => import('./read/date.ts'));

const bound = (what: string) =>
  z
    .string()
    .max(20)
    .optional()
    .meta({
      description: `${what}: \`2026-03-01\`, \`today\`, \`tomorrow\`, \`yesterday\`, or counted from today in days, weeks, months or years: \`+30d\`, \`-2w\`, \`+6m\`, \`-18y\`.`,
    });

export const date = question({
  kind: 'date',
  summary: 'Asks for a day in everyday words and keeps it as YYYY-MM-DD; says back how it was read.',
  data: {
    min: bound('The first day that is taken'),
    max: bound('The last day that is taken'),
    /** Whether it says back how the answer was read. */
    echo: z.boolean().default(true),
  },
  type: 'date',
  load: library.load,
  problems: boundProblems,
  expects({ min, max }, ctx) {
    const [first, last] = [isoBound(min, ctx), isoBound(max, ctx)];
    return { ...(first !== undefined && { min: first }), ...(last !== undefined && { max: last }) };
  },
  read({ text }, { min, max, echo }, ctx) {
    const reading = library.get().readDate(text, { min, max }, localeOf(ctx));
    return reading.ok && !echo ? { ok: true, value: reading.value } : reading;
  },
});

/** A bound as a calendar on a screen knows it: by its date, counted from the day on which it is asked. */
function isoBound(bound: string | undefined, ctx: NodeContext): string | undefined {
  const { now, timeZone } = localeOf(ctx);
  const day = bound === undefined ? bound : dayFor(bound, dayNumber(wallIn(now, timeZone).reading));
  return typeof day === 'number' ? isoOf(day) : undefined;
}

function boundProblems({ min, max }: { min?: string | undefined; max?: string | undefined }) {
  const unread = Object.entries({ min, max }).flatMap(([field, bound]) => {
    const day = bound === undefined ? 0 : dayFor(bound, 0);
    return typeof day === 'number' ? [] : [{ field, message: day.message }];
  });
  if (unread.length || min === undefined || max === undefined || isDate(min) !== isDate(max)) return unread;
  return FIRSTS.every((today) => dayFor(min, today) > dayFor(max, today))
    ? [{ field: 'max', message: 'it is before min' }]
    : [];
}

const isDate = (bound: string) => /^\s*\d/.test(bound);
/** A month is longer or shorter with the day it is counted from. */
const FIRSTS = Array.from({ length: 12 }, (_, month) => dayOf(1970, month + 1, 1)!);

function dayFor(bound: string, today: Day): Day | CrmflowError {
  try {
    return boundOf(bound, today);
  } catch (cause) {
    return CrmflowError.from(cause);
  }
}
