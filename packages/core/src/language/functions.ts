import { dateOf, dayNumber, daysAfter, isTime, readMoment, timeOf, weekdayOf } from './calendar.ts';
import { fit, numberOf, numbersIn, quoted, round, textOf } from './convert.ts';
import { COST, holds, refusal, type Frame } from './frame.ts';
import * as take from './helper.ts';
import { helper, type Helper, type Shape } from './helper.ts';
import type { Json } from './json.ts';
import { compilePattern } from './pattern.ts';

/** Every function of the expression language, by name. Each has its line in docs/languages.md. */
export const HELPERS: ReadonlyMap<string, Helper> = new Map(
  Object.entries({
    // text
    lower: helper({ takes: [take.text], gives: 'text', run: ([value]) => value.toLowerCase() }),
    upper: helper({ takes: [take.text], gives: 'text', run: ([value]) => value.toUpperCase() }),
    trim: helper({ takes: [take.text], gives: 'text', run: ([value]) => value.trim() }),
    contains: helper({
      takes: [take.textOrList, take.anything],
      ...{ gives: 'boolean', ofNull: false },
      run: ([whole, sought], frame) => {
        if (typeof whole !== 'string') return holds(whole, sought, frame);
        return sought !== null && whole.includes(textOf(sought, frame));
      },
    }),
    startsWith: helper({
      takes: [take.text, take.text],
      ...{ gives: 'boolean', ofNull: false },
      run: ([value, start]) => value.startsWith(start),
    }),
    endsWith: helper({
      takes: [take.text, take.text],
      ...{ gives: 'boolean', ofNull: false },
      run: ([value, end]) => value.endsWith(end),
    }),
    matches: helper({
      takes: [take.text, take.text],
      ...{ gives: 'boolean', ofNull: false },
      run: ([value, source], frame) => {
        const pattern = compilePattern(source);
        frame.spend(pattern.size * (100 + (value.length >> 1)));
        return pattern.test(value);
      },
    }),
    replace: helper({ takes: [take.text, take.text, take.text], gives: 'text', run: replace }),
    split: helper({
      takes: [take.text, take.text],
      gives: { type: 'list', item: { type: 'text' } },
      run: ([value, separator], frame) => (frame.spend(value.length), value.split(separator)),
    }),
    join: helper({ takes: [take.list, take.text], optional: 1, gives: 'text', run: join }),
    text: helper({ takes: [take.anything], gives: 'text', run: ([value], frame) => textOf(value, frame) }),
    string: helper({ takes: [take.anything], gives: 'text', run: ([value], frame) => textOf(value, frame) }),

    // numbers
    number: helper({ takes: [take.textOrNumber], gives: 'number', run: ([value]) => numberOf(value) }),
    double: helper({ takes: [take.textOrNumber], gives: 'number', run: ([value]) => numberOf(value) }),
    int: helper({
      takes: [take.textOrNumber],
      gives: 'number',
      run: ([value]) => Math.trunc(numberOf(value)),
    }),
    round: helper({
      takes: [take.number, take.number],
      ...{ optional: 1, gives: 'number' },
      run: ([value, digits = 0]) => round(value, digits),
    }),
    floor: helper({ takes: [take.number], gives: 'number', run: ([value]) => Math.floor(value) }),
    ceil: helper({ takes: [take.number], gives: 'number', run: ([value]) => Math.ceil(value) }),
    abs: helper({ takes: [take.number], gives: 'number', run: ([value]) => Math.abs(value) }),
    min: helper({
      takes: [take.numberOrList],
      repeats: true,
      gives: 'number',
      run: (all) => extreme('min', all),
    }),
    max: helper({
      takes: [take.numberOrList],
      repeats: true,
      gives: 'number',
      run: (all) => extreme('max', all),
    }),
    sum: helper({
      takes: [take.list],
      gives: 'number',
      run: ([values]) => numbersIn(values).reduce((sum, each) => sum + each, 0),
    }),

    // whatever there is
    size: helper({
      takes: [take.sized],
      gives: 'number',
      ofNull: 0,
      run: ([value], frame) => size(value, frame),
    }),
    has: helper({ takes: [take.anything], gives: 'boolean', run: ([value]) => value !== null }),
    default: helper({
      takes: [take.anything, take.anything],
      gives: oneOf,
      run: ([value, other]) => (value === null || value === '' ? other : value),
    }),

    // dates and times
    date: helper({
      takes: [take.text],
      gives: 'date',
      run: ([value], frame) => dateOf(moment(value, frame)),
    }),
    time: helper({
      takes: [take.text],
      gives: 'time',
      run: ([value], frame) => (isTime(value) ? value.slice(0, 5) : timeOf(moment(value, frame))),
    }),
    year: helper({ takes: [take.date], gives: 'number', run: ([value], frame) => unit(value, frame, 0, 4) }),
    month: helper({ takes: [take.date], gives: 'number', run: ([value], frame) => unit(value, frame, 5, 7) }),
    day: helper({ takes: [take.date], gives: 'number', run: ([value], frame) => unit(value, frame, 8, 10) }),
    weekday: helper({
      takes: [take.date],
      gives: 'number',
      run: ([value], frame) => weekdayOf(moment(value, frame)),
    }),
    addDays: helper({ takes: [take.date, take.number], gives: 'date', run: addDays }),
    daysBetween: helper({
      takes: [take.date, take.date],
      gives: 'number',
      run: ([from, to], frame) => dayNumber(moment(to, frame)) - dayNumber(moment(from, frame)),
    }),
  }),
);

function replace([value, sought, other]: readonly [string, string, string], frame: Frame): string {
  if (sought === '') return value;
  frame.spend(value.length);
  const pieces = value.split(sought);
  fit(value.length + (pieces.length - 1) * (other.length - sought.length));
  return pieces.join(other);
}

function join([items, separator = '']: readonly [Json[], string], frame: Frame): string {
  const texts = items.map((item) => textOf(item, frame));
  const length = texts.reduce((sum, each) => sum + each.length + separator.length, 0);
  fit(length);
  frame.spend(length >> 3);
  return texts.join(separator);
}

function extreme(which: 'min' | 'max', values: readonly (number | Json[])[]): number {
  const [first] = values;
  const numbers = numbersIn(values.length === 1 && Array.isArray(first) ? first : values);
  if (numbers.length === 0) throw refusal(`${which}(…) needs at least one number, but the list is empty.`);
  return numbers.reduce((best, each) => Math[which](best, each));
}

function size(value: string | Json[] | { [key: string]: Json }, frame: Frame): number {
  if (Array.isArray(value)) return value.length;
  const parts = typeof value === 'string' ? Array.from(value) : Object.keys(value);
  frame.spend(parts.length);
  return parts.length;
}

function oneOf([value, other]: readonly Shape[]): Shape {
  return value && other?.type === value.type ? value : { type: 'any' };
}

function moment(value: string, frame: Frame): number {
  frame.spend(COST.calendar);
  const wall = readMoment(value, frame.scope.timeZone);
  if (wall) return wall.reading;
  throw refusal(`${quoted(value)} is not a date; write it as YYYY-MM-DD.`);
}

const unit = (value: string, frame: Frame, from: number, to: number) =>
  Number(dateOf(moment(value, frame)).slice(from, to));

function addDays([value, days]: readonly [string, number], frame: Frame): string {
  if (!Number.isInteger(days)) throw refusal(`addDays(…) takes whole days, not ${days}.`);
  const date = daysAfter(moment(value, frame), days);
  if (date !== undefined) return date;
  throw refusal(`${days} days from ${value} is beyond the calendar; the years 0 to 9999 are known.`);
}
