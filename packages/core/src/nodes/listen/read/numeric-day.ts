import { dayOf, monthsAfter, partsOf, type Day } from './day.ts';
import { knownLanguage } from './words.ts';

/** What a text was found to say about a day. */
export type Found =
  | { kind: 'day'; day: Day }
  /** Two days it could be. */
  | { kind: 'either'; first: Day; second: Day }
  /** A month, a week, a year: not yet a day. */
  | { kind: 'part' }
  | { kind: 'none' };

/** What decides between readings. */
export interface Calendar {
  language: string;
  country: string | undefined;
  today: Day;
  /** A date without its year is the next one on or after this day, or the last one on or before it. */
  nearest: { way: 1 | -1; from: Day };
}

export const none: Found = { kind: 'none' };
export const dayFound = (day: Day | undefined): Found => (day === undefined ? none : { kind: 'day', day });

const TOKEN =
  /(?<![\d.,/-])(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d\d)(\d\d)|(\d{1,2})\s?([./-])\s?(\d{1,2})(?:\s?\9\s?(\d{4}|\d\d))?\.?)(?![\d/-])/g;

/** The dates written in digits alone, and what is left of the text around them. */
export function numericDays(text: string, calendar: Calendar): { found: Found[]; rest: string } {
  const found: Found[] = [];
  const rest = text.replace(TOKEN, (written: string, ...groups: (string | undefined)[]) => {
    const token = read(written, groups, calendar);
    if (!token) return written;
    found.push(token);
    return ' ';
  });
  return { found, rest };
}

function read(written: string, groups: (string | undefined)[], calendar: Calendar): Found | undefined {
  const [year, , month, date, packedYear, packedMonth, packedDate, one, mark, two, shortYear] = groups;
  if (year) return dayFound(dayOf(Number(year), Number(month), Number(date)));
  if (packedYear) return dayFound(dayOf(Number(packedYear), Number(packedMonth), Number(packedDate)));
  // 3-4 is rather a range than a day, and in English 3.4 a number.
  const isEnglish = /^en\b/i.test(knownLanguage(calendar.language));
  if (!shortYear && (mark === '-' || (mark === '.' && isEnglish && !written.endsWith('.')))) return undefined;
  const inYear = (day: number, month: number) => dayIn(day, month, shortYear, calendar);
  const dayFirst = inYear(Number(one), Number(two));
  // With points the day comes first, but for some who write English.
  const monthFirst = mark === '.' && !isEnglish ? undefined : inYear(Number(two), Number(one));
  if (dayFirst === undefined || monthFirst === undefined || dayFirst === monthFirst || mark === '.')
    return dayFound(dayFirst ?? monthFirst);
  const order = orderIn(calendar);
  if (order === undefined) return { kind: 'either', first: dayFirst, second: monthFirst };
  return dayFound(order === 'day' ? dayFirst : monthFirst);
}

/** A day and month in a year of four digits, of two, or in the year that makes it nearest. */
function dayIn(date: number, month: number, year: string | undefined, calendar: Calendar): Day | undefined {
  if (year === undefined) return nearestDay(month, date, calendar);
  return dayOf(year.length === 2 ? fullYear(Number(year), calendar) : Number(year), month, date);
}

/** Two digits mean a year at most twenty ahead; where days gone by are wanted, none ahead. */
function fullYear(year: number, { today, nearest }: Calendar): number {
  const now = partsOf(today).year;
  const last = nearest.way === 1 ? now + 20 : now;
  const sameCentury = Math.floor(last / 100) * 100 + year;
  return sameCentury > last ? sameCentury - 100 : sameCentury;
}

/** The nearest such day of a year, in the calendar's direction; 29 February waits for its leap year. */
export function nearestDay(
  month: number,
  date: number,
  { nearest: { way, from } }: Calendar,
): Day | undefined {
  const { year } = partsOf(from);
  for (let years = 0; years <= 8; years++) {
    const day = dayOf(year + way * years, month, date);
    if (day !== undefined && (day - from) * way >= 0) return day;
  }
  return undefined;
}

/** The nearest day with this date in any month. */
export function nearestDate(date: number, { nearest: { way, from } }: Calendar): Day | undefined {
  const { year, month } = partsOf(from);
  for (let months = 0; months <= 2; months++) {
    const start = monthsAfter(dayOf(year, month, 1) ?? from, way * months);
    const parts = start === undefined ? undefined : partsOf(start);
    const day = parts && dayOf(parts.year, parts.month, date);
    if (day !== undefined && (day - from) * way >= 0) return day;
  }
  return undefined;
}

/** What the language of the place writes first; plain English is written both ways, and so are years that lead. */
function orderIn({ language, country }: Calendar): 'day' | 'month' | undefined {
  const { language: tongue, region = country } = new Intl.Locale(knownLanguage(language));
  if (tongue === 'en' && !/^[A-Z]{2}$/.test(region ?? '')) return undefined;
  const tag = /^[A-Z]{2}$/.test(region ?? '') ? `${tongue}-${region}` : tongue;
  const parts = new Intl.DateTimeFormat(tag).formatToParts(0).map(({ type }) => type);
  if (parts[0] === 'year') return undefined;
  return parts.indexOf('day') < parts.indexOf('month') ? 'day' : 'month';
}
