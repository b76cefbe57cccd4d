import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { logic, say, start } from '../engine/kit.ts';

const DAY = 86_400;
const waiting = (kind: 'delay' | 'until', data: object, timeZone = 'Europe/Berlin') => ({
  nodes: [start, logic('wait', kind, data), say('now', 'Now.')],
  edges: ['start -> wait', 'wait -> now'],
  settings: { timeZone },
});
/** When the wait that begins at an instant is over, ISO 8601; null where there is nothing to wait for. */
async function over(startsAt: string, ...given: Parameters<typeof waiting>) {
  const { session } = await converse(waiting(...given), { startsAt });
  const { wait, status } = await session();
  if (status === 'finished') return null;
  return wait?.for === 'time' ? wait.until : wait;
}

describe('a delay', () => {
  it.each([
    [
      'an hour is an hour, also when clocks change',
      '2026-03-29T00:30:00.000Z',
      { hours: 1 },
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'two days keep the time of day in spring',
      '2026-03-28T08:00:00.000Z',
      { days: 2 },
      '2026-03-30T07:00:00.000Z',
    ],
    ['and in autumn', '2026-10-24T07:00:00.000Z', { days: 2 }, '2026-10-26T08:00:00.000Z'],
    [
      'a day into the hour that is left out ends behind it',
      '2026-03-28T01:30:00.000Z',
      { days: 1 },
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'a month after the last of January is the last of February',
      '2026-01-31T11:00:00.000Z',
      { months: 1 },
      '2026-02-28T11:00:00.000Z',
    ],
    ['and in a leap year', '2028-01-31T11:00:00.000Z', { months: 1 }, '2028-02-29T11:00:00.000Z'],
    ['a year is twelve months', '2028-02-29T11:00:00.000Z', { months: 12 }, '2029-02-28T11:00:00.000Z'],
  ])('%s', async (_, at, span, until) => {
    expect(await over(at, 'delay', { for: span })).toBe(until);
  });

  it('ends once, after days in which nobody was there', async () => {
    const talk = await converse(waiting('delay', { for: { days: 2 } }));
    await talk.pass(2 * DAY - 1);
    expect(talk.said()).toEqual([]);
    await talk.pass(30 * DAY);
    await talk.pass(30 * DAY);
    expect(talk.said()).toEqual(['bot: Now.']);
  });
});

describe('until', () => {
  const office = { monday: ['09:00-12:00', '13:00-17:00'], friday: ['09:00-12:00'] };
  it.each([
    ['a Sunday outside the hours', '2026-03-08T10:00:00.000Z', '2026-03-09T08:00:00.000Z'],
    ['the night on which clocks change', '2026-03-29T00:30:00.000Z', '2026-03-30T07:00:00.000Z'],
    ['the pause at noon', '2026-03-09T11:30:00.000Z', '2026-03-09T12:00:00.000Z'],
    ['Friday afternoon', '2026-03-13T11:00:00.000Z', '2026-03-16T08:00:00.000Z'],
    ['a holiday', '2026-04-03T08:00:00.000Z', '2026-04-10T07:00:00.000Z'],
  ])('opening hours: %s waits for the next opening', async (_, at, until) => {
    const hours = { hours: office, holidays: ['2026-04-03', '2026-04-06'] };
    expect(await over(at, 'until', hours)).toBe(until);
  });
  it('opening hours: goes on at once while it is open', async () => {
    expect(await over('2026-03-09T08:00:00.000Z', 'until', { hours: office })).toBeNull();
  });

  it.each([
    ['the next of a weekday', { on: { weekday: 'monday', time: '09:00' } }, '2026-03-16T08:00:00.000Z'],
    ['today, where that is still to come', { on: { time: '18:00' } }, '2026-03-09T17:00:00.000Z'],
    ['a date', { at: '2026-04-01' }, '2026-03-31T22:00:00.000Z'],
    ['so long before a moment', { at: '2026-03-31T09:30', before: { days: 3 } }, '2026-03-28T08:30:00.000Z'],
    ['a moment of the wall', { at: '2026-04-01T09:30' }, '2026-04-01T07:30:00.000Z'],
    ['an instant, to the millisecond', { at: '2026-04-01T09:30:00.250-04:00' }, '2026-04-01T13:30:00.250Z'],
    ['a zone of its own', { at: '2026-04-01T09:30', timeZone: 'Asia/Tokyo' }, '2026-04-01T00:30:00.000Z'],
  ])('waits for %s', async (_, data, until) => {
    expect(await over('2026-03-09T09:30:00.000Z', 'until', data)).toBe(until);
  });
});
