import { weekdayOf } from '../../../language/calendar.ts';
import { addUnits, dayOf, lastOfMonth, partsOf, type Day, type Unit } from './day.ts';
import { dayFound, nearestDate, nearestDay, none, type Calendar, type Found } from './numeric-day.ts';
import { withDigits } from './spoken.ts';
import { dayparts, ENGLISH, GERMAN, units, type Tongue, type Which } from './tongues.ts';
import { isFiller, isGerman, ordinals, wordsOf } from './words.ts';

/** A day named from where the visitor stands: `next friday`, `in two weeks`, `the 5th`, `kommenden Mittwoch`, `vor 3 Tagen`. */
export function relativeDay(text: string, calendar: Calendar): Found {
  const words = plainWords(text, isGerman(calendar.language));
  const german = isGerman(calendar.language) ? named(words, calendar, GERMAN) : none;
  const found = german.kind === 'none' ? named(words, calendar, ENGLISH) : german;
  if (found.kind !== 'none') return found;
  const days = counted(words, calendar);
  return days.kind === 'none' ? countedFrom(words, calendar) : days;
}

/** Whether a word says when in the day, which a date leaves open. */
export const isDaypart = (word: string): boolean => dayparts.has(word);

/** The weekday a full name stands for, 1 for Monday to 7 for Sunday. */
export const weekdayNamed = (word: string): number | undefined =>
  word.length > 5 ? (ENGLISH.weekdays.get(word) ?? GERMAN.weekdays.get(word)) : undefined;

/** The words that carry meaning, with numbers as digits and `3 weeks` as `3w`. */
function plainWords(text: string, german: boolean): string[] {
  const dated = text.replace(/(\d)\.(?=\s|$)/g, german ? '$1th' : '$1');
  const words = wordsOf(dated)
    .join(' ')
    .replace('day after tomorrow', 'overmorrow')
    .replace('day before yesterday', 'ereyesterday')
    .replace(/(?:a )?fortnight/, '2 weeks')
    .replace(/(\w+) after next$/, 'next $1 in 1 week')
    .replace(/(?:uber|ueber)(n(?:a|ae)chste\w? \w+)/, '$1 in 1 week')
    .replace(/^(?!next|last|this)(\w+) week$/, (said, day: string) =>
      isDayName(day) ? `${day} in 1 week` : said,
    );
  const counted = withDigits(words.split(' '))
    .map((word, at, all) => (/^an?$/.test(word) && unitOf(all[at + 1]) ? '1' : word))
    .map((word) => (german && ordinals.has(word) ? `${ordinals.get(word)}th` : word))
    .map((word, at, all) =>
      /^\d{1,4}$/.test(word) && unitOf(all[at + 1]) ? `${word}${unitOf(all[at + 1])}` : word,
    )
    .filter((word, at, all) => !(unitOf(word) && /^\d{1,4}[dwmy]$/.test(all[at - 1] ?? '')));
  const said = counted.filter((word) => !isDaypart(word) && (!isFiller(word) || counted.length === 1));
  // After another day, the German word for tomorrow means the morning.
  return german ? said.filter((word, at) => word !== 'morgen' || at === 0) : said;
}

const unitOf = (word = ''): Unit | undefined => units.get(word);

const COUNTS: readonly (readonly [RegExp, 1 | -1])[] = [
  [/^in (\d+)([dwmy])$/, 1],
  [/^(\d+)([dwmy]) (?:now|today|heute|jetzt|hence|later)$/, 1],
  [/^(\d+)([dwmy]) ago$/, -1],
  [/^vor (\d+)([dwmy])$/, -1],
];

function counted(words: string[], calendar: Calendar): Found {
  const phrase = words.join(' ');
  for (const [shape, way] of COUNTS) {
    const [, count, unit] = shape.exec(phrase) ?? [];
    if (unit) return dayFound(addUnits(calendar.today, Number(count) * way, unit as Unit));
  }
  const [, date] = /^(\d{1,2})(?:st|nd|rd|th|ten|te|er)$/.exec(phrase) ?? [];
  if (date) return dayFound(nearestDate(Number(date), calendar));
  return /^[12]\d{3}$/.test(phrase) ? { kind: 'part' } : none;
}

/** "Friday in a week", "a week from tomorrow", "in zwei Wochen am Freitag": counted from the day that is named. */
function countedFrom(words: string[], calendar: Calendar): Found {
  const counts = words.filter((word) => SPAN.test(word));
  const rest = words.filter((word) => !SPAN.test(word) && word !== 'in');
  const [, count, unit] = SPAN.exec(counts[0] ?? '') ?? [];
  if (counts.length !== 1 || rest.length === 0 || (unit !== 'w' && !words.includes('in'))) return none;
  const german = isGerman(calendar.language) ? named(rest, calendar, GERMAN) : none;
  const from = german.kind === 'none' ? named(rest, calendar, ENGLISH) : german;
  return from.kind === 'day' ? dayFound(addUnits(from.day, Number(count), unit as Unit)) : from;
}

const SPAN = /^(\d{1,4})([dwmy])$/;
const isDayName = (word: string) => ENGLISH.weekdays.has(word) || ENGLISH.days.has(word);

function named(words: string[], calendar: Calendar, tongue: Tongue): Found {
  const { today } = calendar;
  const [one = '', two = '', three = ''] = words;
  const ofMonth = monthDay(words, calendar, tongue);
  if (ofMonth !== undefined) return dayFound(ofMonth);
  const away = words.length === 1 ? tongue.days.get(one) : undefined;
  if (away !== undefined) return dayFound(today + away);
  const which = words.map((word) => tongue.which.get(word));
  const weekdays = words.flatMap((word) => tongue.weekdays.get(word) ?? []);
  const [weekday] = weekdays;
  if (weekday !== undefined && weekdays.length === 1) {
    if (words.length === 1) return dayFound(nearestWeekday(weekday, calendar));
    if (words.length === 2 && which[0]) return dayFound(weekdayBy(which[0], weekday, calendar));
    const isWeek = words.length === 3 && words.some((word) => units.get(word) === 'w');
    const said = which.find((each) => each !== undefined);
    return isWeek && said ? dayFound(mondayOf(today) + weeks[said] * 7 + weekday - 1) : none;
  }
  if (tongue.ends.has(one) && words.length <= 3) return monthEnd(words, which, calendar);
  const span = which[0] && words.length === 2 ? two : words.length === 1 ? one : '';
  if (units.has(span) || tongue.spans.has(span)) return { kind: 'part' };
  const isMonth = tongue.months.has(which[0] ? two : one);
  return isMonth && (words.length === (which[0] ? 2 : 1) || /^\d{4}$/.test(which[0] ? three : two))
    ? { kind: 'part' }
    : none;
}

const weeks: { readonly [which in Which]: number } = { last: -1, this: 0, coming: 1, next: 1 };

/** "next" with a weekday is in the week after this one, which begins on Monday; "coming" is the first one after today. */
function weekdayBy(which: Which, weekday: number, calendar: Calendar): Day {
  const { today } = calendar;
  const ahead = (weekday - weekdayNumber(today) + 6) % 7;
  switch (which) {
    case 'last':
      return today + ahead + 1 - 7 - (ahead === 6 ? 7 : 0);
    case 'coming':
      return today + ahead + 1;
    case 'this':
      return nearestWeekday(weekday, calendar);
    case 'next':
      return mondayOf(today) + 7 + weekday - 1;
  }
}

function nearestWeekday(weekday: number, { nearest: { way, from } }: Calendar): Day {
  const ahead = (weekday - weekdayNumber(from) + 7) % 7;
  return way === 1 || ahead === 0 ? from + ahead : from + ahead - 7;
}

/** `29 feb`, `march 3rd 2027`, with or without the weekday. */
function monthDay(words: string[], calendar: Calendar, { weekdays, months }: Tongue): Day | undefined {
  const said = words.filter((word) => !weekdays.has(word));
  const at = said.findIndex((word) => months.has(word));
  const month = months.get(said[at] ?? '');
  const [date, year, ...more] = said.filter((_, index) => index !== at);
  const [, digits] = /^(\d{1,2})(?:st|nd|rd|th|ten|te)?$/.exec(date ?? '') ?? [];
  if (month === undefined || at > 1 || !digits || more.length > 0) return undefined;
  if (year === undefined) return nearestDay(month, Number(digits), calendar);
  return /^\d{4}$/.test(year) ? dayOf(Number(year), month, Number(digits)) : undefined;
}

function monthEnd(words: string[], which: (Which | undefined)[], { today }: Calendar): Found {
  const said = which.find((each) => each !== undefined) ?? 'this';
  const isMonth = words[0] === 'monatsende' || units.get(words.at(-1) ?? '') === 'm';
  const { year, month } = partsOf(today);
  return isMonth ? dayFound(lastOfMonth(year, month + weeks[said])) : none;
}

const weekdayNumber = (day: Day) => weekdayOf(day * 86_400_000);
const mondayOf = (day: Day) => day - weekdayNumber(day) + 1;
