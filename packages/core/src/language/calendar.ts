import { CrmflowError } from '../errors.ts';

/** A moment as a clock and calendar on the wall show it. */
export interface Wall {
  /** The wall's reading as if it were UTC, in milliseconds: arithmetic without any time zone. */
  readonly reading: number;
  /** Minutes east of UTC; absent when the moment was written without a zone. */
  readonly offset?: number;
}

const DAY = 86_400_000;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** Reads `2026-03-01`, `2026-03-01T09:30` or a full timestamp; one with an offset is shown in the zone. */
export function readMoment(text: string, timeZone: string): Wall | undefined {
  const [whole, date, time = '00:00', seconds = ':00', offset] = MOMENT.exec(text) ?? [];
  if (whole === undefined || date === undefined) return undefined;
  const reading = Date.parse(`${date}T${time}${seconds}Z`);
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
  const reading = Date.parse(
    `${at['year']?.padStart(4, '0')}-${at['month']}-${at['day']}T${at['hour']}:${at['minute']}:${at['second']}Z`,
  );
  return { reading, offset: Math.round((reading - instant.getTime()) / 60_000) };
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
