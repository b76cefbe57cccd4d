import { z } from 'zod';
import { CrmflowError } from '../errors.ts';
import { later, wallIn, type Span } from '../language/calendar.ts';
import type { Scope } from '../language/scope.ts';
import { expression, template } from './data.ts';
import { next, type Outcome } from './node.ts';

/** A number, or an expression that gives one. */
const amount = () => expression('number', z.number().nonnegative());
const units = {
  months: amount().optional(),
  weeks: amount().optional(),
  days: amount().optional(),
  hours: amount().optional(),
  minutes: amount().optional(),
  seconds: amount().optional(),
};

/** How long: `{ days: 2 }`, `{ hours: 1, minutes: 30 }`. Months, weeks and days keep the time of day. */
export const span = () =>
  z
    .strictObject(units)
    .refine((given) => Object.keys(given).length > 0, 'say how long, such as { days: 2 }')
    .meta({ description: 'How long; each a number or a CEL expression.' });
type SpanData = z.output<ReturnType<typeof span>>;

/** The instant after a span. */
export const afterSpan = (data: SpanData, scope: Scope, timeZone = scope.timeZone): Date =>
  within(later(scope.now, counted(data, scope, 1), timeZone), scope.now);

/** The instant so long before another one. */
export const beforeThat = (instant: Date, data: SpanData, scope: Scope, timeZone: string): Date =>
  later(instant, counted(data, scope, -1), timeZone);

function counted(data: SpanData, scope: Scope, sign: 1 | -1): Span {
  const span: Span = {};
  for (const unit of Object.keys(units) as (keyof Span)[]) {
    const given = data[unit];
    if (given) span[unit] = sign * amountOf(unit, given.evaluate(scope));
  }
  return span;
}

const onCalendar: readonly string[] = ['months', 'weeks', 'days'] satisfies (keyof Span)[];
const MOST = 1_000_000_000;
function amountOf(unit: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= MOST))
    throw new CrmflowError('unprocessable', `So many ${unit} cannot be waited: ${JSON.stringify(value)}.`);
  if (onCalendar.includes(unit) && !Number.isInteger(value))
    throw new CrmflowError('unprocessable', `${value} ${unit} are no whole number; say it in smaller units.`);
  return value;
}

const LONGEST_MS = 10 * 366 * 86_400_000;
function within(until: Date, now: Date): Date {
  if (until.getTime() - now.getTime() <= LONGEST_MS) return until;
  throw new CrmflowError('unprocessable', 'A wait may last ten years at most.');
}

/** Which zone times are meant in: where it comes to nothing the contact's, else the workflow's. */
export const zone = () =>
  template().optional().meta({
    description:
      'IANA: `Europe/Berlin`, `{{ zone }}`; that of the contact, else of the workflow, when absent.',
  });
type ZoneData = z.output<ReturnType<typeof zone>>;
export const zoneIn = (data: ZoneData, scope: Scope): string =>
  data?.render(scope).trim() || placeOf(scope) || scope.timeZone;

/** Where the person is, as far as that is known. */
const placeOf = ({ contact }: Scope) =>
  typeof contact?.timeZone === 'string' ? contact.timeZone : undefined;

/** A zone that is written out is checked before anyone talks. */
export const zoneProblems = (data: ZoneData): { field: string; message: string }[] =>
  data?.source && !data.source.includes('{') ? unknownZone(data.source) : [];

export function unknownZone(name: string): { field: string; message: string }[] {
  try {
    wallIn(new Date(0), name);
    return [];
  } catch (cause) {
    return [{ field: 'timeZone', message: CrmflowError.from(cause).message }];
  }
}

/** Stands still until an instant; what is past goes on at once. */
export function standUntil(until: Date, { now }: Scope): Outcome {
  if (until <= now) return next();
  return { kind: 'wait', wait: { for: 'time', until: within(until, now).toISOString() } };
}
