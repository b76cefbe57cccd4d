import { CrmflowError } from '../../../errors.ts';
import { isTime, readMoment, timeOf, wallIn } from '../../../language/calendar.ts';
import { clockTime, MAX_TIME_CHARS, type ClockTime } from './clock-time.ts';
import { refused, taken, tidied, type Locale, type Reading } from './reading.ts';
import { withoutDate, withoutDay } from './time-aside.ts';
import { knownLanguage } from './words.ts';

export interface TimeRules {
  /** `HH:MM`. With `min` after `max` the span runs over midnight. */
  min?: string | undefined;
  max?: string | undefined;
  /** Minutes, counted from `min`, or from midnight. */
  step?: number | undefined;
}

const DAY = 24 * 60;
const HALF_DAY = DAY / 2;
/** A half past six without am or pm is the evening one, a seven o'clock the morning one. */
const FIRST_BUSINESS_MINUTE = 7 * 60;

/**
 * One time of day, as `HH:MM`: `3pm`, `15.30`, `half past three`, `halb vier`, `15 Uhr`. Where morning and evening are
 * both possible the bounds decide, then business hours (7:00 to 18:59). A day or a zone beside it is left away. The echo
 * says what was chosen, counted or left.
 */
export function readTime(text: string, rules: TimeRules, locale: Locale): Reading<string> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const now = minutesOf(timeOf(wallIn(locale.now, locale.timeZone).reading));
  // A time field sends HH:MM on a clock of 24 hours.
  const found = isTime(tidy.value) ? said(minutesOf(tidy.value)) : timeIn(tidy.value, now, locale.timeZone);
  const min = rules.min === undefined ? undefined : boundOf(rules.min);
  const max = rules.max === undefined ? undefined : boundOf(rules.max);
  if (!found) return refused('not_time');
  const minute = chosen(found, (at) => isWithin(at, min, max));
  const say = (at: number) => inWords(at, locale.language);
  if (!isWithin(minute, min, max)) return outside(minute, min, max, say);
  const { step } = rules;
  const base = min ?? 0;
  const past = step === undefined || step <= 0 ? 0 : (minute - base + DAY) % step;
  if (past > 0 && step !== undefined) {
    const upper = (minute - past + step) % DAY;
    const lower = (minute - past + DAY) % DAY;
    return refused('not_step', {
      step,
      lower: say(lower),
      upper: say(isWithin(upper, min, max) ? upper : lower),
    });
  }
  return found.how === 'said' ? taken(written(minute)) : taken(written(minute), say(minute));
}

/** The time in a text, without the day and the zone it may name. */
function timeIn(text: string, now: number, timeZone: string): ClockTime | undefined {
  const moment = /^\d{4}-\d\d-\d\d[ t]\d/i.test(text) ? readMoment(text.toUpperCase(), timeZone) : undefined;
  if (moment) return { minute: minutesOf(timeOf(moment.reading)), how: 'counted' };
  if (text.length > MAX_TIME_CHARS) return undefined;
  const bare = withoutDay(text);
  const found = clockTime(bare, now);
  if (found && bare === text) return found;
  const left = found ?? clockTime(withoutDate(bare), now);
  return left?.how === 'said' ? { ...left, how: 'counted' } : left;
}

const said = (minute: number): ClockTime => ({ minute, how: 'said' });

function chosen({ minute, how }: ClockTime, fits: (minute: number) => boolean): number {
  if (how !== 'open') return minute;
  const morning = minute % HALF_DAY;
  const possible = [morning, morning + HALF_DAY].filter(fits);
  const [only] = possible;
  if (only !== undefined && possible.length === 1) return only;
  return morning < FIRST_BUSINESS_MINUTE ? morning + HALF_DAY : morning;
}

function isWithin(minute: number, min = 0, max = DAY - 1): boolean {
  return min <= max ? minute >= min && minute <= max : minute >= min || minute <= max;
}

function outside(
  minute: number,
  min: number | undefined,
  max: number | undefined,
  say: (at: number) => string,
) {
  return min !== undefined && (minute < min || max === undefined)
    ? refused('too_early', { min: say(min) })
    : refused('too_late', { max: say(max ?? DAY - 1) });
}

function boundOf(text: string): number {
  if (isTime(text)) return minutesOf(text);
  throw new CrmflowError(
    'unprocessable',
    `A time cannot be bounded by ${text.slice(0, 40)}; write it as 09:30.`,
  );
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

const written = (minute: number) => timeOf(minute * 60_000);

const inWords = (minute: number, language: string) =>
  new Intl.DateTimeFormat(knownLanguage(language), { timeStyle: 'short', timeZone: 'UTC' })
    .format(minute * 60_000)
    .replace(/\s/g, ' ');
