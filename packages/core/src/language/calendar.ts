import { CrmflowError } from '../errors.ts';

/** A moment as a clock and calendar on the wall show it. */
export interface Wall {
  /** The wall's reading as if it were UTC, in milliseconds: arithmetic without any time zone. */
  readonly reading: number;
  /** Minutes east of UTC; absent when the moment was written without a zone. */
  readonly offset?: number;
}

const DAY = 86_400_000;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** Reads `2026-03-01`, `2026-03-01T09:30` or a full timestamp; one with an offset is shown in the zone. */
export function readMoment(text: string, timeZone: string): Wall | undefined {
  const [whole, date, time = '00:00', seconds = ':00', fraction = '', offset] = MOMENT.exec(text) ?? [];
  if (whole === undefined || date === undefined) return undefined;
  const reading = Date.parse(`${date}T${time}${seconds}${fraction.slice(0, 4)}Z`);
  if (Number.isNaN(reading) || dateOf(reading) !== date) return undefined;
  if (offset === undefined) return { reading };
  return wallIn(new Date(reading - minutes(offset) * 60_000), timeZone);
}

function minutes(offset: string): number {
  if (offset === 'Z') return 0;
  const size = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -size : size;
}

/** What the wall shows in a zone at an instant. A zone nobody knows is refused (`unprocessable`). */
export function wallIn(instant: Date, timeZone: string): Wall {
  const at: { [unit: string]: string } = {};
  for (const { type, value } of clock(timeZone).formatToParts(instant)) at[type] = value;
  const seconds = Date.parse(
    `${at['year']?.padStart(4, '0')}-${at['month']}-${at['day']}T${at['hour']}:${at['minute']}:${at['second']}Z`,
  );
  const ms = instant.getTime();
  // A clock shows whole seconds.
  const reading = seconds + (ms - Math.floor(ms / 1000) * 1000);
  return { reading, offset: Math.round((reading - ms) / 60_000) };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  if (clocks.size > 500) clocks.clear();
  const two = '2-digit';
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric' },
      ...{ month: two, day: two, hour: two, minute: two, second: two },
    });
    clocks.set(timeZone, made);
    return made;
  } catch (cause) {
    const sentence = `There is no time zone ${timeZone}; write one such as Europe/Berlin.`;
    throw new CrmflowError('unprocessable', sentence, undefined, { cause });
  }
}

/**
 * The instants at which the wall shows this reading: one; two in the hour that comes twice when clocks are set back; and
 * for a reading in the hour that is left out, the one as long after the change, as RFC 5545 and Temporal have it.
 */
export function instantsAt(reading: number, timeZone: string): [Date, ...Date[]] {
  const offsetAt = (ms: number) => wallIn(new Date(ms), timeZone).reading - ms;
  const before = offsetAt(reading - DAY);
  const shows = (offset: number) => offsetAt(reading - offset) === offset;
  const offsets = [...new Set([before, offsetAt(reading + DAY)])].filter(shows).sort((a, b) => b - a);
  const [first = before, ...others] = offsets;
  return [new Date(reading - first), ...others.map((offset) => new Date(reading - offset))];
}

/** The first instant at which the wall shows this reading. */
export const instantAt = (reading: number, timeZone: string): Date => instantsAt(reading, timeZone)[0];

/** So much later. Months, weeks and days are counted on the calendar and keep the time of day; the rest is exact time. */
export interface Span {
  months?: number;
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

/** The instant after a span; a month that has no such day gives its last. */
export function later(instant: Date, span: Span, timeZone: string): Date {
  const { months = 0, weeks = 0, days = 0, hours = 0, minutes: mins = 0, seconds = 0 } = span;
  const exact = ((hours * 60 + mins) * 60 + seconds) * 1000;
  if (!months && !weeks && !days) return new Date(instant.getTime() + exact);
  const { reading } = wallIn(instant, timeZone);
  const moved = monthsAfter(reading, months) + (weeks * 7 + days) * DAY;
  return new Date(instantAt(moved, timeZone).getTime() + exact);
}

function monthsAfter(reading: number, months: number): number {
  const from = new Date(reading);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  return Date.UTC(year, month, day) + (reading - dayNumber(reading) * DAY);
}

/** The instant a text names: of the zone, unless it is written with an offset of its own. */
export function readInstant(text: string, timeZone: string): Date | undefined {
  const wall = readMoment(text, timeZone);
  if (!wall) return undefined;
  return wall.offset === undefined
    ? instantAt(wall.reading, timeZone)
    : new Date(wall.reading - wall.offset * 60_000);
}

/** The date of a reading, `YYYY-MM-DD`. */
export const dateOf = (reading: number) => new Date(reading).toISOString().slice(0, 10);

/** The time of day of a reading, `HH:MM`. */
export const timeOf = (reading: number) => new Date(reading).toISOString().slice(11, 16);

/** The date in a zone at an instant. */
export const dateIn = (instant: Date, timeZone: string) => dateOf(wallIn(instant, timeZone).reading);

/** Whether a text is a time of day, `HH:MM` or `HH:MM:SS`. */
export const isTime = (text: string) => TIME.test(text);

/** Days since 1970-01-01 of a reading. */
export const dayNumber = (reading: number) => Math.floor(reading / DAY);

/** The date some days after a reading, or undefined beyond the years 0 to 9999. */
export function daysAfter(reading: number, days: number): string | undefined {
  const date = new Date((dayNumber(reading) + days) * DAY);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? dateOf(date.getTime()) : undefined;
}

/** 1 for Monday to 7 for Sunday. */
export const weekdayOf = (reading: number) => ((((dayNumber(reading) + 3) % 7) + 7) % 7) + 1;
