import { casual as german } from 'chrono-node/de';
import { casual as english } from 'chrono-node/en';
import { dayNumber, readMoment, wallIn, weekdayOf } from '../../../language/calendar.ts';
import { boundOf, dayOf, inFull, inRange, isoOf, partsOf, type Day } from './day.ts';
import { dayFound, nearestDay, none, numericDays, type Calendar, type Found } from './numeric-day.ts';
import { refused, taken, tidied, type Locale, type Reading } from './reading.ts';
import { isDaypart, relativeDay, weekdayNamed } from './relative-day.ts';
import { isFiller, isGerman, plainDigits, wordsOf } from './words.ts';

export interface DateRules {
  /** The first and last day taken: `2026-03-01`, `today`, `tomorrow`, `yesterday`, `+30d`, `-2w`, `+6m`, `-18y`. */
  min?: string | undefined;
  max?: string | undefined;
}

/** More than a sentence is no date, and the search for one in words takes time that grows with its length. */
const MAX_DATE_CHARS = 200;

/**
 * One day, as `YYYY-MM-DD`, from digits, names and phrases in English or German; the echo says it in full. Without a
 * year it is the next such day, or the last one where `max` allows no day ahead. A numeric date that could be two days
 * is read as the language and country write it; where these leave it open, the bounds decide, or it is refused.
 */
export function readDate(text: string, rules: DateRules, locale: Locale): Reading<string> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  if (tidy.value.length > MAX_DATE_CHARS) return refused('not_date');
  const today = dayNumber(wallIn(locale.now, locale.timeZone).reading);
  const bounds = boundsOf(rules, today);
  const { language, country } = locale;
  const calendar: Calendar = { language, country, today, nearest: nearestOf(bounds, today) };
  const found = settled(dayIn(plainDigits(tidy.value), calendar, locale.timeZone), bounds);
  const say = (day: Day) => inFull(day, language);
  switch (found.kind) {
    case 'none':
      return refused('not_date');
    case 'part':
      return refused('date_incomplete');
    case 'either':
      return refused('date_ambiguous', { first: say(found.first), second: say(found.second) });
    case 'day':
      break;
  }
  const { day } = found;
  if (contradicts(tidy.value, day)) return refused('wrong_weekday', { date: say(day) });
  if (bounds.min !== undefined && day < bounds.min) return refused('too_early', { min: say(bounds.min) });
  if (bounds.max !== undefined && day > bounds.max) return refused('too_late', { max: say(bounds.max) });
  return taken(isoOf(day), say(day));
}

interface Bounds {
  min: Day | undefined;
  max: Day | undefined;
}

const boundsOf = ({ min, max }: DateRules, today: Day): Bounds => ({
  min: min === undefined ? undefined : boundOf(min, today),
  max: max === undefined ? undefined : boundOf(max, today),
});

const nearestOf = ({ min, max }: Bounds, today: Day): Calendar['nearest'] =>
  max !== undefined && max <= today
    ? { way: -1, from: max }
    : { way: 1, from: min === undefined ? today : Math.max(today, min) };

/** Of two readings, the one the bounds leave. */
function settled(found: Found, { min = -Infinity, max = Infinity }: Bounds): Found {
  if (found.kind !== 'either') return found;
  const possible = [found.first, found.second].filter((day) => day >= min && day <= max);
  const [only] = possible;
  return possible.length === 1 ? dayFound(only) : found;
}

function dayIn(text: string, calendar: Calendar, timeZone: string): Found {
  const moment = readMoment(text, timeZone);
  if (moment) return dayFound(inRange(dayNumber(moment.reading)));
  const { found, rest } = numericDays(text, calendar);
  const words = rest.replace(TIME, ' ').replace(TIME_IN_WORDS, ' ');
  if (found.length > 0) return isAside(words) ? either(found) : none;
  const relative = relativeDay(words, calendar);
  if (relative.kind !== 'none') return relative;
  const local = isGerman(calendar.language) ? spelledDay(german, words, calendar) : none;
  return local.kind === 'none' ? spelledDay(english, words, calendar) : local;
}

// A time of day beside the date.
const TIME =
  /(?:\b(?:at|um|gegen|ab)\s)?\b(?:\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?|uhr\b|o['’]clock\b)|\d{1,2}:\d\d)(?:\s?(?:[ap]\.?m\b\.?|uhr\b))?/gi;

const HOUR =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|ein|eins|zwei|drei|vier|fünf|fuenf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwoelf';
// One in words: "at three", "um halb zehn", "quarter past 9".
const TIME_IN_WORDS = new RegExp(
  `(?<!\\p{L})(?:(?:at|um|gegen|around)\\s(?:about\\s)?)?(?:(?<=(?:at|um|gegen|around|about)\\s)|(?:a )?(?:half (?:past )?|quarter (?:past|to) |` +
    `viertel (?:nach |vor )?|dreiviertel |halb ))(?:${HOUR}|\\d{1,2}(?![\\d.:/-]|st|nd|rd|th))(?: uhr)?(?!\\p{L})`,
  'giu',
);

/** Whether words around a date leave it what it is. "after", "not" and a stray number do not. */
const isAside = (text: string): boolean =>
  wordsOf(text).every(
    (word) => isFiller(word) || isDaypart(word) || weekdayNamed(word) !== undefined || isShortWeekday(word),
  );
const isShortWeekday = (word: string) =>
  /^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so)$/.test(word);

/** A date in more words, by chrono; what it does not cover must not matter. Hours from now are no date. */
function spelledDay(chrono: typeof english, text: string, calendar: Calendar): Found {
  if (HOURS.test(text)) return none;
  const { year, month, date } = partsOf(calendar.today);
  // Chrono counts in the machine's zone: from noon there, no change of its clocks reaches another day.
  const results = chrono.parse(text, new Date(year, month - 1, date, 12));
  const rest = results.reduceRight(
    (left, { index, text: { length } }) => left.slice(0, index) + ' ' + left.slice(index + length),
    text,
  );
  if (results.length === 0 || !isAside(rest.replace(/\b(?:or|oder)\b/gi, ' '))) return none;
  return either(
    results.flatMap(({ start, end }) => [start, end ?? []].flat()).map((part) => spelled(part, calendar)),
  );
}

const HOURS = /\b(?:hours?|minutes?|seconds?|hrs?|mins?|stunden?|minuten?|sekunden?)\b/i;

type Components = ReturnType<typeof english.parse>[number]['start'];

function spelled(part: Components, calendar: Calendar): Found {
  const [year, month, date] = [part.get('year'), part.get('month'), part.get('day')];
  if (!part.isCertain('month') || year === null || month === null || date === null) return none;
  if (!part.isCertain('day')) return { kind: 'part' };
  return dayFound(part.isCertain('year') ? dayOf(year, month, date) : nearestDay(month, date, calendar));
}

/** One finding, or that there are two. */
function either(found: Found[]): Found {
  const days = [...new Set(found.flatMap((each) => (each.kind === 'day' ? each.day : [])))];
  const [first, second] = days;
  const [one = none] = found;
  if (first === undefined || found.some(({ kind }) => kind === 'none'))
    return found.length === 1 ? one : none;
  return second === undefined
    ? (found.find(({ kind }) => kind === 'either') ?? dayFound(first))
    : { kind: 'either', first, second };
}

/** Whether the text names another weekday than the day has: "Friday 7 March" in a year when that is a Saturday. */
function contradicts(text: string, day: Day): boolean {
  if (!/\d/.test(text) || /\d{4}-\d\d-\d\d[t ]/i.test(text)) return false;
  const named = wordsOf(text).flatMap((word) => weekdayNamed(word) ?? []);
  return named.length > 0 && !named.includes(weekdayOf(day * 86_400_000));
}
