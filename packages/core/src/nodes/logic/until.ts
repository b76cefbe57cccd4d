import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import {
  dateOf,
  daysAfter,
  instantAt,
  isTime,
  readInstant,
  wallIn,
  weekdayOf,
} from '../../language/calendar.ts';
import type { Scope } from '../../language/scope.ts';
import { filledText, template } from '../data.ts';
import { definePure, next } from '../node.ts';
import { beforeThat, span, standUntil, zone, zoneIn, zoneProblems } from '../span.ts';
import { holidays, nextOpen, openingHours, weekdays, type Weekday } from './opening.ts';

const Weekday = z.enum(weekdays);
const On = z.strictObject({
  /** Any day when absent. */
  weekday: z.union([Weekday, z.array(Weekday).min(1).max(7)]).optional(),
  /** `09:00`. */
  time: template(),
});
const Data = z.strictObject({
  /** A date (its midnight), a date and time, or a timestamp; a text that begins with = is an expression. */
  at: filledText().optional(),
  /** So long before `at`. */
  before: span().optional(),
  /** The next time that it is so late, on one of these days. */
  on: On.optional(),
  /** When someone is there. It goes on at once when that is now. */
  hours: openingHours().optional(),
  /** Closed days for `hours`. */
  holidays: holidays().default([]),
  timeZone: zone(),
});
type Data = z.output<typeof Data>;

export const until = definePure({
  type: 'logic',
  kind: 'until',
  summary:
    'Waits until a date, a time of a weekday, or opening hours, and goes on; at once when that is past.',
  data: Data,
  waits: ({ on }) => on !== undefined,
  mayWait: () => true,
  problems: (data) => [...problemsOf(data), ...zoneProblems(data.timeZone)],
  run(data, { scope }) {
    return standUntil(instantOf(data, scope, zoneIn(data.timeZone, scope)), scope);
  },
  resume: () => next(),
});

function problemsOf({ at, before, on, hours, holidays: closed }: Data): { field: string; message: string }[] {
  const given = [at, on, hours].filter((each) => each !== undefined).length;
  const time = on?.time.source;
  return [
    ...(given === 1 ? [] : [{ field: 'at', message: 'say until when by one of at, on and hours' }]),
    ...(hours && !Object.values(hours).some((ranges) => ranges.length)
      ? [{ field: 'hours', message: 'it is never open' }]
      : []),
    ...(before && !at ? [{ field: 'before', message: 'it is counted from at' }] : []),
    ...(closed.length && !hours ? [{ field: 'holidays', message: 'only hours know closed days' }] : []),
    ...(time === undefined || time.includes('{') || isTime(time)
      ? []
      : [{ field: 'on.time', message: `${time} is no time of day; write 09:00` }]),
  ];
}

function instantOf({ at, before, on, hours, holidays: closed }: Data, scope: Scope, timeZone: string): Date {
  if (on) return nextOn(on, scope, timeZone);
  if (hours) {
    const opening = nextOpen(scope.now, hours, closed, timeZone);
    if (!opening) throw new CrmflowError('unprocessable', 'It stays closed for a year.');
    return opening;
  }
  const given = at?.fill(scope);
  const instant = typeof given === 'string' ? readInstant(given.trim(), timeZone) : undefined;
  if (instant) return before ? beforeThat(instant, before, scope, timeZone) : instant;
  throw new CrmflowError(
    'unprocessable',
    `${JSON.stringify(given)} is no date or time; write 2026-03-01, 2026-03-01T09:30 or a timestamp.`,
  );
}

/** The first time after now that the wall shows this time, on one of these days: once on each, also when clocks are set back. */
function nextOn({ weekday, time }: z.output<typeof On>, scope: Scope, timeZone: string): Date {
  const clock = time.render(scope).trim();
  if (!isTime(clock)) throw new CrmflowError('unprocessable', `${clock} is no time of day; write 09:00.`);
  const days: readonly Weekday[] = weekday === undefined ? weekdays : [weekday].flat();
  const { reading } = wallIn(scope.now, timeZone);
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = daysAfter(reading, ahead) ?? dateOf(reading);
    const midnight = Date.parse(`${date}T00:00:00Z`);
    if (!days.includes(weekdays[weekdayOf(midnight) - 1]!)) continue;
    const instant = instantAt(midnight + msOf(clock), timeZone);
    if (instant > scope.now) return instant;
  }
  throw new CrmflowError('internal', 'A week has no such day.');
}

function msOf(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
