import { describe, expect, it } from 'vitest';
import { readNumber } from '../../packages/core/src/nodes/listen/read/number.ts';
import { echoes, refuses, takes } from './read-kit.ts';

const reader = (language: string) => (text: string) => readNumber(text, {}, { language });

/** What no language takes for one number. */
const junk = [
  'NaN',
  'Infinity',
  '1e5',
  '0x10',
  '12 or 13',
  '5-10',
  '5 - 3',
  '1/2',
  '½',
  '10:30',
  '1.2.3',
  '1,23,4',
  '12.03.2026',
  '2m',
  '12+',
  'over 100',
  'mindestens 5',
  'no',
  'two and three',
  'two grand',
  'a million and a half',
  'ten to twenty',
  'nineteen eighty',
  'a couple of hundred',
  'k',
  'zwanzig bis dreißig',
  'a few',
  'zwei oder drei',
  'hello',
  'answer - 12',
].map((text) => [text, 'not_number'] as const);

describe('a number in English', () => {
  const read = reader('en-US');
  takes(read, [
    ['12', 12],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1.234', 1.234],
    ['1,234', 1234],
    ['1,234,567', 1234567],
    ['3,5', 3.5],
    ['0,123', 0.123],
    ['.5', 0.5],
    ['$1,200', 1200],
    ['-€12', -12],
    ['12 %', 12],
    ['ten', 10],
    ['2 dozen people', 24],
    ['two hundred', 200],
    ['twenty-two people', 22],
    ['two hundred and fifty', 250],
    ['a hundred', 100],
    ['minus three thousand four hundred', -3400],
    ['six hundred thousand', 600_000],
    ['about a dozen', 12],
    ['half a dozen eggs', 6],
    ['half a million', 500_000],
    ['two and a half million', 2_500_000],
    ['2 hundred', 200],
    ['3 lakh', 300_000],
    ['2 trillion', 2_000_000_000_000],
    ['+5', 5],
    ['EUR500', 500],
    ['5m²', 5],
    ['1k', 1000],
    ['4.35k', 4350],
    ['2 million', 2_000_000],
    ['3 billion', 3_000_000_000],
    ['minus three', -3],
    ['−3', -3],
    ['-0', 0],
    ['12 people', 12],
    ["I'm 42 years old", 42],
    ['about 100', 100],
    ['answer: -12.', -12],
    ['9007199254740991', 9007199254740991],
  ]);
  refuses(read, [...junk, ['1 234', 'not_number'], ['', 'empty'], ['9007199254740993', 'too_large']]);
  echoes(read, [
    ['1,234.5', undefined],
    ['1.234,5', '1,234.5'],
    ['3,5', '3.5'],
    ['1.5k', '1,500'],
    ['12 people', undefined],
    ['twelve', undefined],
    ['two hundred', '200'],
  ]);
});

describe('a number in German', () => {
  const read = reader('de-DE');
  takes(read, [
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['1.234', 1234],
    ['1,234', 1.234],
    ['1.234.567', 1234567],
    ['1 234,5', 1234.5],
    ['3.5', 3.5],
    [',5', 0.5],
    ['€ 12', 12],
    ['12,50 €', 12.5],
    ['zehn', 10],
    ['zwölf Personen', 12],
    ['zwoelf', 12],
    ['minus drei', -3],
    ['eine Person', 1],
    ['zwanzig', 20],
    ['einundzwanzig', 21],
    ['zweihundertfünfzig Gäste', 250],
    ['dreiundzwanzigtausendvierhundert', 23_400],
    ['tausend', 1000],
    ['anderthalb', 1.5],
    ['eineinhalb Stunden', 1.5],
    ['zweieinhalb', 2.5],
    ['ein halbes Dutzend', 6],
    ['eine halbe Million', 500_000],
    ['500,- €', 500],
    ['1,5 Mio.', 1_500_000],
    ['2 Milliarden', 2_000_000_000],
    ['1 Billion', 1_000_000_000_000],
    ['etwa 100', 100],
    ['wir sind 12 Leute', 12],
  ]);
  refuses(read, [...junk, ['', 'empty'], ['-99999999999999999999', 'too_small']]);
  echoes(read, [
    ['1.234', undefined],
    ['3.5', '3,5'],
    ['2 Tsd', '2.000'],
  ]);
});

describe('a number in other languages', () => {
  takes(reader('fr'), [
    ['1 234,5', 1234.5],
    ['1\u202f234,5', 1234.5],
  ]);
  takes(reader('de-CH'), [["1'234.50", 1234.5]]);
  takes(reader('no such language'), [['1,234.5', 1234.5]]);
});

describe('the rules for a number', () => {
  const read = (text: string, rules: object) => readNumber(text, rules, { language: 'en' });
  it('takes the bounds themselves and names the one that is missed', () => {
    expect(['2', '8', '1', '9'].map((text) => read(text, { min: 2, max: 8 }))).toEqual([
      { ok: true, value: 2 },
      { ok: true, value: 8 },
      { ok: false, reason: 'too_small', values: { min: 2 } },
      { ok: false, reason: 'too_large', values: { max: 8 } },
    ]);
  });
  it('counts steps from the least, in tenths too, and names the two around a miss', () => {
    expect([
      read('0.3', { step: 0.1 }),
      read('7', { min: 1, step: 2 }),
      read('0.35', { step: 0.1 }),
      read('7.5', { min: 1, max: 8, step: 2 }),
    ]).toEqual([
      { ok: true, value: 0.3 },
      { ok: true, value: 7 },
      { ok: false, reason: 'not_step', values: { step: 0.1, lower: 0.3, upper: 0.4 } },
      { ok: false, reason: 'not_step', values: { step: 2, lower: 7, upper: 7 } },
    ]);
  });
  it('can ask for a whole number', () => {
    expect([read('2.5', { integer: true }), read('2.0', { integer: true })]).toEqual([
      { ok: false, reason: 'not_whole' },
      { ok: true, value: 2 },
    ]);
  });
});
