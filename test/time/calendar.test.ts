import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { instantsAt, later, readInstant } from '../../packages/core/src/language/calendar.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/Sao_Paulo',
  'America/Santiago',
];
const inZone = (timeZone: string, epochSeconds: number) =>
  Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1000).toZonedDateTimeISO(timeZone);
/**
 * A zone and a second from 1995 to 2030, half of them within hours of a change of clocks. A span on top stays below 2035,
 * after which the polyfill knows no change.
 */
const moment = fc
  .tuple(
    fc.constantFrom(...zones),
    fc.integer({ min: 788_918_400, max: 1_893_456_000 }),
    fc.boolean(),
    fc.integer({ min: -10_800, max: 10_800 }),
  )
  .map(([timeZone, at, isNear, aside]) => {
    const change = isNear ? inZone(timeZone, at).getTimeZoneTransition('previous') : null;
    return { timeZone, at: change ? change.epochMilliseconds / 1000 + aside : at };
  });

const shown = (instants: readonly Date[]) => instants.map((each) => each.toISOString());
const berlin = (text: string) => readInstant(text, 'Europe/Berlin')?.toISOString();

describe('the calendar', () => {
  it('finds the instants of a reading as the Temporal proposal does, in every zone and year', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 90 }), ({ timeZone, at }, minutes) => {
        // Added on the wall, this also comes to readings that no instant has.
        const wall = inZone(timeZone, at).toPlainDateTime().add({ minutes });
        const reading = inZone('UTC', 0).toPlainDateTime().until(wall).total('milliseconds');
        const both = (['earlier', 'later'] as const).map(
          (disambiguation) => wall.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
        );
        const isLeftOut = !wall.toZonedDateTime(timeZone).toPlainDateTime().equals(wall);
        const expected = isLeftOut ? [both[1]!] : [...new Set(both)];
        expect(instantsAt(reading, timeZone).map((each) => each.getTime())).toEqual(expected);
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });

  it('counts a span as the Temporal proposal does, from months down to seconds', () => {
    const amount = (max: number) => fc.integer({ min: 0, max });
    const spans = fc.record({
      months: amount(30),
      weeks: amount(9),
      days: amount(70),
      hours: amount(60),
      minutes: amount(200),
      seconds: amount(200),
    });
    fc.assert(
      fc.property(moment, spans, ({ timeZone, at }, span) => {
        const from = inZone(timeZone, at).add({ milliseconds: 7 });
        const expected = from.add({ ...span, weeks: 0, days: span.days + span.weeks * 7 }).epochMilliseconds;
        expect(later(new Date(at * 1000 + 7), span, timeZone).getTime()).toBe(expected);
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });

  it('moves a time of the hour that is left out in spring behind it', () => {
    expect(berlin('2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(berlin('2026-03-29T03:30')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('takes the first of the two hours of the same name in autumn, and knows the other', () => {
    expect(berlin('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(shown(instantsAt(Date.UTC(2026, 9, 25, 2, 30), 'Europe/Berlin'))).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
  });

  it('takes a text with an offset as that very instant, in whatever zone', () => {
    expect(berlin('2026-10-25T02:30+01:00')).toBe('2026-10-25T01:30:00.000Z');
    expect(berlin('2026-10-25T01:30:00.000Z')).toBe('2026-10-25T01:30:00.000Z');
  });
});
