import { z } from 'zod';
import { dayNumber, daysAfter, instantsAt, wallIn, weekdayOf } from '../../language/calendar.ts';

/** As `weekdayOf` counts them, from 1. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

const MINUTE = 60_000;
const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** `09:00-17:30` as minutes of the day; it may end at `24:00`. */
const range = () =>
  z.string().transform((text, ctx) => {
    const [, ...parts] = HOURS.exec(text) ?? [];
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number);
    const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
    if (parts.length && from < to && to <= 24 * 60) return { from, to };
    const message = `${text} cannot be read; write hours of one day as 09:00-17:30`;
    ctx.issues.push({ code: 'custom', input: text, message });
    return z.NEVER;
  });
const ranges = () =>
  z
    .union([z.string(), z.array(z.string()).max(20)])
    .transform((given) => [given].flat())
    .pipe(z.array(range()));

/** When someone is there: for each day of the week the hours, `09:00-12:00` or a list of them; a day that is absent is closed. */
export const openingHours = () => z.partialRecord(z.enum(weekdays), ranges());
export type OpeningHours = z.output<ReturnType<typeof openingHours>>;

/** Days that are closed: `2026-05-01`, or `12-25` for every year. */
export const holidays = () =>
  z
    .array(
      z
        .string()
        .regex(
          /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
          'write a day as 2026-05-01, or 12-25 for every year',
        ),
    )
    .max(1_000);

const FURTHEST_DAYS = 366;

/** The instant itself when it is open, else the next at which it opens; undefined when it stays closed for a year. */
export function nextOpen(
  now: Date,
  hours: OpeningHours,
  closed: readonly string[],
  timeZone: string,
): Date | undefined {
  const { reading } = wallIn(now, timeZone);
  const today = dayNumber(reading) * 24 * 60;
  for (let ahead = 0; ahead <= FURTHEST_DAYS; ahead++) {
    const date = daysAfter(reading, ahead);
    if (date === undefined) return undefined;
    if (closed.includes(date) || closed.includes(date.slice('2026-'.length))) continue;
    const midnight = (today + ahead * 24 * 60) * MINUTE;
    const open = hours[weekdays[weekdayOf(midnight) - 1]!] ?? [];
    for (const { from, to } of open.toSorted((a, b) => a.from - b.from)) {
      const [opens, closes] = [midnight + from * MINUTE, midnight + to * MINUTE];
      if (reading >= closes) continue;
      if (reading >= opens) return now;
      const opening = instantsAt(opens, timeZone).find((instant) => instant > now);
      if (opening) return opening;
    }
  }
  return undefined;
}
