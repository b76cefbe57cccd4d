import { describe, expect, it } from 'vitest';
import { readDate } from '../../packages/core/src/nodes/listen/read/date.ts';
import { echoes, here, now, refuses, takes } from './read-kit.ts';

const reader =
  (language: string, rules = {}, country?: string) =>
  (text: string) =>
    readDate(text, rules, here(language, country));

describe('a date in English, asked on Monday, 2 March 2026', () => {
  const read = reader('en-GB');
  takes(read, [
    ['2026-03-05', '2026-03-05'],
    ['20260305', '2026-03-05'],
    ['2026/3/5', '2026-03-05'],
    ['3/4/2026', '2026-04-03'],
    ['13/4/26', '2026-04-13'],
    ['3.4.2026', '2026-04-03'],
    ['3/4/1985', '1985-04-03'],
    ['03-04-85', '1985-04-03'],
    ['today', '2026-03-02'],
    ['tomorrow', '2026-03-03'],
    ['the day after tomorrow', '2026-03-04'],
    ['yesterday', '2026-03-01'],
    ['friday', '2026-03-06'],
    ['this friday', '2026-03-06'],
    ['next friday', '2026-03-13'],
    ['last friday', '2026-02-27'],
    ['last monday', '2026-02-23'],
    ['wednesday next week', '2026-03-11'],
    ['in 3 days', '2026-03-05'],
    ['in two weeks', '2026-03-16'],
    ['in fourteen days', '2026-03-16'],
    ['a fortnight from now', '2026-03-16'],
    ['Friday in a week', '2026-03-13'],
    ['Friday week', '2026-03-13'],
    ['two weeks from Friday', '2026-03-20'],
    ['a week from tomorrow', '2026-03-10'],
    ['the Friday after next', '2026-03-20'],
    ['tomorrow at three', '2026-03-03'],
    ['tomorrow at half past nine', '2026-03-03'],
    ['Friday, quarter to 5', '2026-03-06'],
    ['a week from now', '2026-03-09'],
    ['3 days ago', '2026-02-27'],
    ['two days after tomorrow', '2026-03-05'],
    ['March 3rd', '2026-03-03'],
    ['1 March', '2027-03-01'],
    ['Friday, March 6th, 2026', '2026-03-06'],
    ['February 29', '2028-02-29'],
    ['the 5th', '2026-03-05'],
    ['the 1st', '2026-04-01'],
    ['end of the month', '2026-03-31'],
    ['on Monday at 5pm', '2026-03-02'],
    ['I would like to come on Tuesday morning, please', '2026-03-03'],
    ['2026-03-05T23:30:00Z', '2026-03-06'],
  ]);
  refuses(read, [
    ['31.02.2026', 'not_date'],
    ['29/2/2027', 'not_date'],
    ['2026-02-30', 'not_date'],
    ['June 31 2026', 'not_date'],
    ['99/99/9999', 'not_date'],
    ['0000-01-01', 'not_date'],
    ['5', 'not_date'],
    ['3.4', 'not_date'],
    ['at 5', 'not_date'],
    ['at half past nine', 'not_date'],
    ['Friday 2 days', 'not_date'],
    ['in 3 hours', 'not_date'],
    ['not a date', 'not_date'],
    ['not Tuesday', 'not_date'],
    ['every Monday', 'not_date'],
    ['until Friday', 'not_date'],
    ['after tomorrow', 'not_date'],

    ['x'.repeat(300), 'not_date'],
    ['next week', 'date_incomplete'],
    ['May', 'date_incomplete'],
    ['March 2027', 'date_incomplete'],
    ['2027', 'date_incomplete'],
    ['3 May or 4 May', 'date_ambiguous'],
    ['3-5 May', 'date_ambiguous'],
    ['Friday 7 March 2026', 'wrong_weekday'],
    ['', 'empty'],
  ]);
  echoes(reader('en-US'), [
    ['next friday', 'Friday, March 13, 2026'],
    ['3/4/2026', 'Wednesday, March 4, 2026'],
    ['2026-03-05', 'Thursday, March 5, 2026'],
  ]);
});

describe('a date in German, asked on Monday, 2 March 2026', () => {
  const read = reader('de-DE');
  takes(read, [
    ['3.4.2026', '2026-04-03'],
    ['03.04.26', '2026-04-03'],
    ['3.4.', '2026-04-03'],
    ['3.4', '2026-04-03'],
    ['3. 4. 2026', '2026-04-03'],
    ['1.1.', '2027-01-01'],
    ['3/4/2026', '2026-04-03'],
    ['3. März', '2026-03-03'],
    ['5. Maerz 2027', '2027-03-05'],
    ['am 3. April um 15 Uhr', '2026-04-03'],
    ['heute', '2026-03-02'],
    ['morgen früh', '2026-03-03'],
    ['übermorgen', '2026-03-04'],
    ['uebermorgen', '2026-03-04'],
    ['gestern', '2026-03-01'],
    ['vorgestern', '2026-02-28'],
    ['Freitag', '2026-03-06'],
    ['Freitag morgen', '2026-03-06'],
    ['Sonnabend', '2026-03-07'],
    ['kommenden Freitag', '2026-03-06'],
    ['nächsten Freitag', '2026-03-13'],
    ['letzten Freitag', '2026-02-27'],
    ['Mittwoch nächster Woche', '2026-03-11'],
    ['in 3 Tagen', '2026-03-05'],
    ['in einer Woche', '2026-03-09'],
    ['in vierzehn Tagen', '2026-03-16'],
    ['heute in 14 Tagen', '2026-03-16'],
    ['Freitag in einer Woche', '2026-03-13'],
    ['in zwei Wochen am Freitag', '2026-03-20'],
    ['übernächsten Freitag', '2026-03-20'],
    ['am dritten März', '2026-03-03'],
    ['morgen um halb zehn', '2026-03-03'],
    ['Freitag Abend um acht', '2026-03-06'],
    ['1.4.2026 um 9', '2026-04-01'],
    ['vor zwei Jahren', '2024-03-02'],
    ['am 5.', '2026-03-05'],
    ['Ende des Monats', '2026-03-31'],
    ['am Dienstag passt es gut', '2026-03-03'],
    ['March 3rd', '2026-03-03'],
  ]);
  refuses(read, [
    ['31.02.2026', 'not_date'],
    ['31.2.', 'not_date'],
    ['32.1.2026', 'not_date'],
    ['1.13.2026', 'not_date'],
    ['nicht am Dienstag', 'not_date'],
    ['jeden Montag', 'not_date'],
    ['15 Uhr', 'not_date'],
    ['keine Ahnung', 'not_date'],
    ['in 3 Stunden', 'not_date'],
    ['nächste Woche', 'date_incomplete'],
    ['übernächste Woche', 'date_incomplete'],
    ['im Mai', 'date_incomplete'],
    ['Mai 2027', 'date_incomplete'],
    ['1. Mai oder 2. Mai', 'date_ambiguous'],
    ['Freitag, 7.3.2026', 'wrong_weekday'],
    ['', 'empty'],
  ]);
  echoes(read, [
    ['nächsten Freitag', 'Freitag, 13. März 2026'],
    ['3.4.', 'Freitag, 3. April 2026'],
  ]);
});

describe('a date in digits', () => {
  it('is read as the place writes it, and asked about where nobody can know', () => {
    const text = '3/4/2026';
    expect({
      us: reader('en-US')(text),
      plainInTheStates: reader('en', {}, 'US')(text),
      plain: reader('en')(text),
      plainWithBounds: reader('en', { max: '2026-03-31' })(text),
    }).toEqual({
      us: { ok: true, value: '2026-03-04', echo: 'Wednesday, March 4, 2026' },
      plainInTheStates: { ok: true, value: '2026-03-04', echo: 'Wednesday, March 4, 2026' },
      plain: {
        ok: false,
        reason: 'date_ambiguous',
        values: { first: 'Friday, April 3, 2026', second: 'Wednesday, March 4, 2026' },
      },
      plainWithBounds: { ok: true, value: '2026-03-04', echo: 'Wednesday, March 4, 2026' },
    });
  });
});

describe('the bounds of a date', () => {
  it.each([
    ['2026-03-02', { min: 'today' }, '2026-03-02'],
    ['2026-03-01', { min: 'today' }, 'too_early'],
    ['tomorrow', { min: '+3d' }, 'too_early'],
    ['2026-03-16', { max: '+2w' }, '2026-03-16'],
    ['2026-03-17', { max: '+2w' }, 'too_late'],
    ['2026-09-02', { max: 'today+6m' }, '2026-09-02'],
    ['2026-09-03', { max: '+6m' }, 'too_late'],
    ['2008-03-02', { max: '-18y' }, '2008-03-02'],
    ['2008-03-03', { max: '-18y' }, 'too_late'],
    ['2026-12-31', { min: '2026-01-01', max: '2026-12-31' }, '2026-12-31'],
  ])('makes of %j with %j: %s', (text, rules, outcome) => {
    const reading = reader('en-GB', rules)(text);
    expect(reading.ok ? reading.value : reading.reason).toBe(outcome);
  });
  it('turn a date without its year to the past where none ahead is allowed', () => {
    const read = reader('en-GB', { max: 'today' });
    expect(['friday', '3 march', '29 feb', '3/4/30'].map((text) => read(text))).toMatchObject([
      { value: '2026-02-27' },
      { value: '2025-03-03' },
      { value: '2024-02-29' },
      { value: '1930-04-03' },
    ]);
  });
  it('are said in full', () => {
    expect(reader('de-DE', { min: '+1d' })('heute')).toEqual({
      ok: false,
      reason: 'too_early',
      values: { min: 'Dienstag, 3. März 2026' },
    });
  });
  it('must be something that can be read', () => {
    expect(() => reader('en', { min: 'soon' })('today')).toThrow(
      expect.objectContaining({ code: 'unprocessable', message: expect.stringContaining('soon') }),
    );
  });
});

describe('the calendar on the wall', () => {
  it('is the visitor’s, at both ends of the world', () => {
    const today = (timeZone: string) => readDate('today', {}, { language: 'en-GB', timeZone, now });
    expect([today('Pacific/Kiritimati'), today('Pacific/Pago_Pago')]).toMatchObject([
      { value: '2026-03-03' },
      { value: '2026-03-01' },
    ]);
  });
});
