import { describe, expect, it } from 'vitest';
import { readChoice } from '../../packages/core/src/nodes/listen/read/choice.ts';
import { echoes, refuses, takes } from './read-kit.ts';

const named = (...labels: string[]) => labels.map((label, at) => ({ id: `id-${at + 1}`, label }));

/** Reads choices and gives their labels. */
const reader =
  (
    labels: readonly string[],
    { language = 'en', ...rules }: { language?: string; [rule: string]: unknown } = {},
  ) =>
  (text: string) => {
    const reading = readChoice(text, { choices: named(...labels), ...rules }, { language });
    return reading.ok ? { ...reading, value: reading.value.map(({ label }) => label).join(' | ') } : reading;
  };

const plans = ['Basic', 'Pro', 'Pro Plus', 'Enterprise'];
const colours = ['Rot', 'Grün', 'Blau'];

describe('one choice in English', () => {
  const read = reader(plans);
  takes(read, [
    ['Pro', 'Pro'],
    ['pro plus', 'Pro Plus'],
    ['id-2', 'Pro'],
    ['2', 'Pro'],
    ['2.', 'Pro'],
    ['#2', 'Pro'],
    ['2nd', 'Pro'],
    ['b)', 'Pro'],
    ['option two', 'Pro'],
    ['the second one', 'Pro'],
    ['the last one', 'Enterprise'],
    ['a', 'Basic'],
    ['plus', 'Pro Plus'],
    ['ent', 'Enterprise'],
    ['enterprize', 'Enterprise'],
    ['basik', 'Basic'],
    ['Bsaic', 'Basic'],
    ['Por', 'Pro'],
    ['Enterpirse', 'Enterprise'],
    ['Enterpirze', 'Enterprise'],
    ['option b', 'Pro'],
    ['I want the second', 'Pro'],
    ['penultimate', 'Pro Plus'],
    ["I'd like the Pro plan, please", 'Pro'],
    ['pro plus please', 'Pro Plus'],
  ]);
  refuses(read, [
    ['5', 'no_such_choice'],
    ['0', 'no_such_choice'],
    ['-1', 'no_such_choice'],
    ['1.5', 'no_such_choice'],
    ['xyz', 'no_such_choice'],
    ['not pro', 'no_such_choice'],
    ['anything but pro', 'no_such_choice'],
    ['everything', 'no_such_choice'],
    ['I want a', 'no_such_choice'],
    ['pro '.repeat(500), 'no_such_choice'],
    ['pr', 'choice_unclear'],
    ['Pro Pluss', 'choice_unclear'],
    ['b', 'choice_unclear'],
    ['one to three', 'no_such_choice'],
    ['1-3', 'no_such_choice'],
    ['pro or basic', 'choice_unclear'],
    ['1 or 2', 'choice_unclear'],
    ['', 'empty'],
  ]);
  echoes(read, [
    ['Pro', undefined],
    ['2', undefined],
    ['enterprize', 'Enterprise'],
  ]);
  it('names the two it cannot choose between, and the list when there is none', () => {
    expect([reader(['Monday', 'Tuesday', 'Sunday'])('munday'), read('xyz')]).toEqual([
      { ok: false, reason: 'choice_unclear', values: { first: 'Monday', second: 'Sunday' } },
      { ok: false, reason: 'no_such_choice', values: { choices: 'Basic, Pro, Pro Plus, Enterprise' } },
    ]);
  });
});

describe('one choice in German', () => {
  const read = reader(colours, { language: 'de-DE' });
  takes(read, [
    ['grün', 'Grün'],
    ['GRÜN', 'Grün'],
    ['grun', 'Grün'],
    ['gruen', 'Grün'],
    ['die zweite', 'Grün'],
    ['zweitens', 'Grün'],
    ['das letzte', 'Blau'],
    ['nummer drei', 'Blau'],
    ['eins', 'Rot'],
    ['der erste bitte', 'Rot'],
    ['ich hätte gern rot', 'Rot'],
    ['Antwort 3', 'Blau'],
    ['Antwort c', 'Blau'],
    ['die vorletzte', 'Grün'],
    ['Balu', 'Blau'],
  ]);
  refuses(read, [
    ['vier', 'no_such_choice'],
    ['der vierte', 'no_such_choice'],
    ['nicht rot', 'no_such_choice'],
    ['keine', 'no_such_choice'],
    ['alles außer rot', 'no_such_choice'],
    ['gelb', 'no_such_choice'],
    ['die', 'no_such_choice'],
    ['r', 'no_such_choice'],
    ['rot oder blau', 'choice_unclear'],
    ['1 und 3', 'choice_unclear'],
    ['', 'empty'],
  ]);
});

describe('several choices', () => {
  const read = reader(plans, { multiple: true, min: 0, max: 3 });
  takes(read, [
    ['1, 3', 'Basic | Pro Plus'],
    ['3, 1, 3', 'Basic | Pro Plus'],
    ['1 3', 'Basic | Pro Plus'],
    ['a and c', 'Basic | Pro Plus'],
    ['basic; enterprise', 'Basic | Enterprise'],
    ['Basic and Pro, please', 'Basic | Pro'],
    ['basic pro', 'Basic | Pro'],
    ['first and last', 'Basic | Enterprise'],
    ['1-3', 'Basic | Pro | Pro Plus'],
    ['1 – 2 and 4', 'Basic | Pro | Enterprise'],
    ['one to three', 'Basic | Pro | Pro Plus'],
    ['a-c', 'Basic | Pro | Pro Plus'],
    ['pro to enterprise', 'Pro | Pro Plus | Enterprise'],
    ['the first two', 'Basic | Pro'],
    ['none of the above', ''],
    ['none', ''],
    ['none of these', ''],
    ['pro', 'Pro'],
  ]);
  refuses(read, [
    ['all', 'too_many'],
    ['1, 2, 3, 4', 'too_many'],
    ['1, 9', 'no_such_choice'],
    ['2-9', 'no_such_choice'],
    ['3-1', 'no_such_choice'],
    ['all four', 'too_many'],
    ['all three', 'no_such_choice'],
    ['Basic, xyz', 'no_such_choice'],
    ['not basic', 'no_such_choice'],
    ['all except 2', 'no_such_choice'],
    ['everything but basic and pro', 'no_such_choice'],
    ['both', 'no_such_choice'],
    [', ,', 'no_such_choice'],
    ['basic, pr', 'choice_unclear'],
    ['1,'.repeat(100), 'no_such_choice'],
    ['', 'empty'],
  ]);
  it('must be as many as the rules say', () => {
    const read = reader(plans, { multiple: true, min: 2, max: 2 });
    expect(['none', '1', '1 2', 'all'].map(read)).toEqual([
      { ok: false, reason: 'too_few', values: { min: 2, max: 2, count: 0 } },
      { ok: false, reason: 'too_few', values: { min: 2, max: 2, count: 1 } },
      { ok: true, value: 'Basic | Pro' },
      { ok: false, reason: 'too_many', values: { min: 2, max: 2, count: 4 } },
    ]);
  });
  takes(reader(colours, { multiple: true, language: 'de' }), [
    ['rot und blau bitte', 'Rot | Blau'],
    ['1 und 3', 'Rot | Blau'],
    ['alle', 'Rot | Grün | Blau'],
    ['alle drei', 'Rot | Grün | Blau'],
    ['die letzten beiden', 'Grün | Blau'],
    ['1 bis 2', 'Rot | Grün'],
    ['nichts davon', ''],
    ['keine davon', ''],
  ]);
});

describe('labels that look like something else', () => {
  takes(reader(['Food and drink', 'Art, music', 'None', '👍', 'No sugar'], { multiple: true }), [
    ['food and drink', 'Food and drink'],
    ['Art, music', 'Art, music'],
    ['none', 'None'],
    ['👍', '👍'],
    ['food and drink, 👍', 'Food and drink | 👍'],
    ['no sugar, none', 'None | No sugar'],
  ]);
  takes(reader(['2 people', '4 people', '6 people']), [
    ['4', '4 people'],
    ['6', '6 people'],
    ['2 people', '2 people'],
    ['the first', '2 people'],
  ]);
  refuses(reader(['2 people', '4 people', '6 people']), [['2', 'choice_unclear']]);
  refuses(reader(['Plan 2', 'Plan 3']), [['plan 1', 'no_such_choice']]);
  refuses(reader(['2025', '2026']), [['2024', 'no_such_choice']]);
  refuses(reader([]), [['anything', 'no_such_choice']]);
  takes(reader(['2', '1']), [['1', '1']]);
});

describe('several as a client sends them: ids or labels as they are, between commas', () => {
  const several = (choices: { id: string; label: string }[]) => (text: string) => {
    const reading = readChoice(text, { choices, multiple: true }, { language: 'en' });
    return reading.ok ? { ...reading, value: reading.value.map(({ id }) => id).join(' | ') } : reading;
  };
  const heating = [
    { id: 'h-c', label: 'Heating, cooling' },
    { id: 'h', label: 'Heating' },
    { id: 'c', label: 'Cooling' },
    { id: 'no', label: 'No' },
    { id: 'yes', label: 'Yes, please' },
  ];
  takes(several(heating), [
    ['h, c', 'h | c'],
    ['h,c,h-c', 'h-c | h | c'],
    ['Heating, cooling', 'h-c'],
    ['Heating, cooling, Heating', 'h-c | h'],
    ['Yes, please, No', 'no | yes'],
    ['Heating; Cooling', 'h | c'],
  ]);
  const same = [
    { id: 'a', label: 'Same' },
    { id: 'b', label: 'Same' },
  ];
  takes(several(same), [['a, b', 'a | b']]);
  refuses(several(same), [['Same', 'choice_unclear']]);
});

it('gives the caller’s own choice back, found by its value too', () => {
  const choices = [
    { id: 'a', label: 'Small', value: 10, port: 'small' },
    { id: 'b', label: 'Large', value: 'XL', port: 'large' },
  ];
  expect([
    readChoice('10', { choices }, { language: 'en' }),
    readChoice('xl', { choices }, { language: 'en' }),
  ]).toEqual([
    { ok: true, value: [choices[0]] },
    { ok: true, value: [choices[1]] },
  ]);
});
