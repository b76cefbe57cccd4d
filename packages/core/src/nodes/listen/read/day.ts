import { CrmflowError } from '../../../errors.ts';
import { dateOf, dayNumber, readMoment } from '../../../language/calendar.ts';
import { knownLanguage } from './words.ts';

/** A day, counted from 1970-01-01: days add and compare as numbers. */
export type Day = number;

const DAY_MS = 86_400_000;
/** The first day of the year 1000 and the last of 9999: what four digits can say. */
const FIRST = dayNumber(Date.UTC(1000, 0, 1));
const LAST = dayNumber(Date.UTC(9999, 11, 31));

/** A day of the calendar; months count from 1. Undefined for 31 February and for years without four digits. */
export function dayOf(year: number, month: number, date: number): Day | undefined {
  const day = dayNumber(Date.UTC(year, month - 1, date));
  const made = new Date(day * DAY_MS);
  const isReal = made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
  return isReal ? inRange(day) : undefined;
}

export const inRange = (day: Day): Day | undefined => (day >= FIRST && day <= LAST ? day : undefined);

/** `YYYY-MM-DD`. */
export const isoOf = (day: Day): string => dateOf(day * DAY_MS);

/** Year, month from 1 and date of a day. */
export function partsOf(day: Day): { year: number; month: number; date: number } {
  const made = new Date(day * DAY_MS);
  return { year: made.getUTCFullYear(), month: made.getUTCMonth() + 1, date: made.getUTCDate() };
}

/** The same date some months on; where the month is shorter, its last day. */
export function monthsAfter(day: Day, months: number): Day | undefined {
  const { year, month, date } = partsOf(day);
  const last = lastOfMonth(year, month + months);
  return inRange(Math.min(last, last - partsOf(last).date + date));
}

/** The last day of a month; months beyond 12 run on into the next years. */
export const lastOfMonth = (year: number, month: number): Day => dayNumber(Date.UTC(year, month, 0));

/** As a person of that language says it, with the weekday. */
export const inFull = (day: Day, language: string): string =>
  new Intl.DateTimeFormat(knownLanguage(language), { dateStyle: 'full', timeZone: 'UTC' }).format(
    day * DAY_MS,
  );

const OFFSET = /^(?:today)?\s*([+-])\s*(\d{1,5})\s*([dwmy])$/;
const NAMED: { readonly [name: string]: Day } = { today: 0, tomorrow: 1, yesterday: -1 };

/**
 * A bound an author writes: `2026-03-01`, `today`, `tomorrow`, `yesterday`, or an offset such as `+30d`, `-2w`, `+6m`,
 * `-18y`. Anything else is refused (`unprocessable`).
 */
export function boundOf(text: string, today: Day): Day {
  const bound = text.trim().toLowerCase();
  const [, sign, count, unit] = OFFSET.exec(bound) ?? [];
  const steps = Number(`${sign}${count}`);
  const moment = readMoment(bound.toUpperCase(), 'UTC');
  const day = unit
    ? addUnits(today, steps, unit as Unit)
    : Object.hasOwn(NAMED, bound)
      ? today + NAMED[bound]!
      : moment && dayNumber(moment.reading);
  if (day !== undefined) return day;
  throw new CrmflowError(
    'unprocessable',
    `A date cannot be bounded by ${text.slice(0, 40)}; write 2026-03-01, today, +30d, -2w, +6m or -18y.`,
  );
}

/** Days, weeks, months, years. */
export type Unit = 'd' | 'w' | 'm' | 'y';

/** A day some days, weeks, months or years away. */
export function addUnits(day: Day, count: number, unit: Unit): Day | undefined {
  switch (unit) {
    case 'd':
      return inRange(day + count);
    case 'w':
      return inRange(day + count * 7);
    case 'm':
      return monthsAfter(day, count);
    case 'y':
      return monthsAfter(day, count * 12);
  }
}
