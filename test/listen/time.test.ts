import { describe, expect, it } from 'vitest';
import { readTime } from '../../packages/core/src/nodes/listen/read/time.ts';
import { echoes, here, refuses, takes } from './read-kit.ts';

const reader =
  (language: string, rules = {}) =>
  (text: string) =>
    readTime(text, rules, here(language));

describe('a time in English, asked at 11:10', () => {
  const read = reader('en-US');
  takes(read, [
    ['15:30', '15:30'],
    ['03:30', '03:30'],
    ['3pm', '15:00'],
    ['3:30 p.m.', '15:30'],
    ['15.30', '15:30'],
    ['1530', '15:30'],
    ['15h30', '15:30'],
    ['12am', '00:00'],
    ['12pm', '12:00'],
    ['12:30 am', '00:30'],
    ['noon', '12:00'],
    ['midnight', '00:00'],
    ['24:00', '00:00'],
    ['3', '15:00'],
    ['7', '07:00'],
    ['6:30', '18:30'],
    ["three o'clock", '15:00'],
    ['three thirty', '15:30'],
    ['half past three', '15:30'],
    ['quarter to four', '15:45'],
    ['ten past three', '15:10'],
    ['a quarter past 5 pm', '17:15'],
    ['9 in the morning', '09:00'],
    ['3 in the afternoon', '15:00'],
    ['11 at night', '23:00'],
    ['2 at night', '02:00'],
    ['at 3pm please', '15:00'],
    ['8 am sharp', '08:00'],
    ['now', '11:10'],
    ['in half an hour', '11:40'],
    ['in 20 minutes', '11:30'],
    ['in twenty five minutes', '11:35'],
    ['nine forty-five', '09:45'],
    ['tomorrow at 3pm', '15:00'],
    ['next Friday at half past nine', '09:30'],
    ['March 5 at 3pm', '15:00'],
    ['3pm CET', '15:00'],
    ['today at noon', '12:00'],
    ['2026-03-05T15:00:00Z', '16:00'],
  ]);
  refuses(read, [
    ['25:00', 'not_time'],
    ['12:60', 'not_time'],
    ['15:3', 'not_time'],
    ['3.5', 'not_time'],
    ['-3', 'not_time'],
    ['13pm', 'not_time'],
    ['3-4pm', 'not_time'],
    ['3pm or 4pm', 'not_time'],
    ['noon or 1pm', 'not_time'],
    ['tomorrow', 'not_time'],
    ['Friday afternoon', 'not_time'],
    ['not on Friday at 3', 'not_time'],
    ['tomorrow at 25', 'not_time'],
    ['between 3 and 4', 'not_time'],
    ['13:00 in the morning', 'not_time'],
    ['half past', 'not_time'],
    ['morning', 'not_time'],
    ['noonish', 'not_time'],
    ['99999', 'not_time'],
    ['later', 'not_time'],
    ['', 'empty'],
  ]);
  echoes(read, [
    ['15:30', undefined],
    ['3pm', undefined],
    ['half past three', '3:30 PM'],
    ['3', '3:00 PM'],
    ['in an hour', '12:10 PM'],
    ['tomorrow at 15:30', '3:30 PM'],
    ['5/3 at 15:30', '3:30 PM'],
    ['15:30 UTC', '3:30 PM'],
  ]);
});

describe('a time in German, asked at 11:10', () => {
  const read = reader('de-DE');
  takes(read, [
    ['15 Uhr', '15:00'],
    ['15:30 Uhr', '15:30'],
    ['15 Uhr 30', '15:30'],
    ['15.30', '15:30'],
    ['halb vier', '15:30'],
    ['halb eins', '12:30'],
    ['fünf vor halb vier', '15:25'],
    ['zehn nach halb 8', '07:40'],
    ['viertel nach drei', '15:15'],
    ['viertel vor vier', '15:45'],
    ['viertel vier', '15:15'],
    ['dreiviertel vier', '15:45'],
    ['drei Uhr dreißig', '15:30'],
    ['8 Uhr abends', '20:00'],
    ['abends um acht', '20:00'],
    ['sieben Uhr früh', '07:00'],
    ['3 Uhr nachts', '03:00'],
    ['mittags', '12:00'],
    ['12 Uhr mittags', '12:00'],
    ['Mitternacht', '00:00'],
    ['24 Uhr', '00:00'],
    ['so gegen halb neun', '08:30'],
    ['in einer halben Stunde', '11:40'],
    ['jetzt', '11:10'],
    ['neun Uhr fünfundvierzig', '09:45'],
    ['morgen um 15 Uhr', '15:00'],
    ['morgen um 3', '15:00'],
    ['Freitag morgen um 7', '07:00'],
    ['Freitag um halb zehn', '09:30'],
    ['am 5.3. um 15 Uhr', '15:00'],
    ['heute Mittag', '12:00'],
    ['15 Uhr MEZ', '15:00'],
  ]);
  refuses(read, [
    ['25 Uhr', 'not_time'],
    ['15:30 Uhr 20', 'not_time'],
    ['halb', 'not_time'],
    ['halb 30', 'not_time'],
    ['am Abend', 'not_time'],
    ['zwischen 3 und 4', 'not_time'],
    ['15 Uhr morgens', 'not_time'],
    ['keine Ahnung', 'not_time'],
    ['später', 'not_time'],
    ['12 Tage', 'not_time'],
    ['', 'empty'],
  ]);
  echoes(read, [
    ['15 Uhr', undefined],
    ['halb vier', '15:30'],
  ]);
});

describe('the rules for a time', () => {
  it.each([
    ['3', { min: '00:00', max: '08:00' }, { ok: true, value: '03:00', echo: '03:00' }],
    ['7', { min: '17:00', max: '22:00' }, { ok: true, value: '19:00', echo: '19:00' }],
    ['10:00', { min: '17:00', max: '22:30' }, { ok: false, reason: 'too_early', values: { min: '17:00' } }],
    ['19:00', { min: '08:00', max: '18:00' }, { ok: false, reason: 'too_late', values: { max: '18:00' } }],
    ['23:30', { min: '22:00', max: '06:00' }, { ok: true, value: '23:30' }],
    ['05:30', { min: '22:00', max: '06:00' }, { ok: true, value: '05:30' }],
    ['07:00', { min: '22:00', max: '06:00' }, { ok: false, reason: 'too_early', values: { min: '22:00' } }],
    ['09:30', { min: '09:00', max: '18:00', step: 30 }, { ok: true, value: '09:30' }],
    [
      '09:40',
      { min: '09:00', max: '18:00', step: 30 },
      { ok: false, reason: 'not_step', values: { step: 30, lower: '09:30', upper: '10:00' } },
    ],
    [
      '17:55',
      { min: '09:10', max: '18:00', step: 30 },
      { ok: false, reason: 'not_step', values: { step: 30, lower: '17:40', upper: '17:40' } },
    ],
  ])('makes of %j with %j: %j', (text, rules, reading) => {
    expect(reader('de-DE', rules)(text)).toEqual(reading);
  });
  it('must be something that can be read', () => {
    expect(() => reader('en', { min: '9' })('10:00')).toThrow(
      expect.objectContaining({ code: 'unprocessable', message: expect.stringContaining('09:30') }),
    );
  });
});
