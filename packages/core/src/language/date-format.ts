import { CrmflowError } from '../errors.ts';
import { dateOf, dayNumber, timeOf, weekdayOf, type Wall } from './calendar.ts';

/** Styles that each language writes in its own way. */
const STYLES: { readonly [style: string]: Intl.DateTimeFormatOptions } = {
  short: { dateStyle: 'short' },
  medium: { dateStyle: 'medium' },
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  time: { timeStyle: 'short' },
};

/** A moment in a style (`short`, `medium`, `long`, `full`, `time`) or in strftime's letters (`%d.%m.%Y`). */
export function formatMoment(wall: Wall, format: string, language: string): string {
  const style = STYLES[format];
  if (style && Object.hasOwn(STYLES, format)) return inWords(wall, language, style);
  return format.replace(/%([-^]?)([A-Za-z%])/g, (whole, flag: string, letter: string) => {
    const write = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
    if (!write) return whole;
    const written = write(wall, language);
    return flag === '-' ? written.replace(/^[0 ](?=.)/, '') : flag === '^' ? written.toUpperCase() : written;
  });
}

const at = ({ reading }: Wall) => new Date(reading);
const padded = (value: number, width = 2) => String(value).padStart(width, '0');
const hour12 = (wall: Wall) => at(wall).getUTCHours() % 12 || 12;
const isMorning = (wall: Wall) => at(wall).getUTCHours() < 12;

const LETTERS: { readonly [letter: string]: (wall: Wall, language: string) => string } = {
  Y: (wall) => padded(at(wall).getUTCFullYear(), 4),
  y: (wall) => padded(at(wall).getUTCFullYear() % 100),
  m: (wall) => padded(at(wall).getUTCMonth() + 1),
  d: (wall) => padded(at(wall).getUTCDate()),
  e: (wall) => String(at(wall).getUTCDate()).padStart(2),
  j: (wall) => padded(dayNumber(wall.reading) - dayNumber(Date.UTC(at(wall).getUTCFullYear(), 0)) + 1, 3),
  H: (wall) => padded(at(wall).getUTCHours()),
  I: (wall) => padded(hour12(wall)),
  l: (wall) => String(hour12(wall)).padStart(2),
  M: (wall) => padded(at(wall).getUTCMinutes()),
  S: (wall) => padded(at(wall).getUTCSeconds()),
  p: (wall) => (isMorning(wall) ? 'AM' : 'PM'),
  P: (wall) => (isMorning(wall) ? 'am' : 'pm'),
  A: (wall, language) => inWords(wall, language, { weekday: 'long' }),
  a: (wall, language) => inWords(wall, language, { weekday: 'short' }),
  B: (wall, language) => inWords(wall, language, { month: 'long' }),
  b: (wall, language) => inWords(wall, language, { month: 'short' }),
  u: (wall) => String(weekdayOf(wall.reading)),
  w: (wall) => String(weekdayOf(wall.reading) % 7),
  F: (wall) => dateOf(wall.reading),
  R: (wall) => timeOf(wall.reading),
  T: (wall) => new Date(wall.reading).toISOString().slice(11, 19),
  z: ({ offset }) => (offset === undefined ? '' : signed(offset)),
  '%': () => '%',
};

function signed(offset: number): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(size / 60))}${padded(size % 60)}`;
}

const inWords = (wall: Wall, language: string, options: Intl.DateTimeFormatOptions) =>
  kept(
    dates,
    language,
    options,
    () => new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }),
  ).format(wall.reading);

/** A number in the form of a language, with so many digits after the point. */
export function formatNumber(value: number, language: string, digits?: number): string {
  const options: Intl.NumberFormatOptions =
    digits === undefined
      ? { maximumFractionDigits: 20 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return kept(numbers, language, options, () => new Intl.NumberFormat(language, options)).format(value);
}

const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

/** Making a format takes longer than using it a hundred times. */
function kept<T>(known: Map<string, T>, language: string, options: object, make: () => T): T {
  const key = `${language} ${JSON.stringify(options)}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size > 500) known.clear();
  try {
    const made = make();
    known.set(key, made);
    return made;
  } catch (cause) {
    const sentence = `There is no language ${language}; write a tag such as en or pt-BR.`;
    throw new CrmflowError('unprocessable', sentence, undefined, { cause });
  }
}
