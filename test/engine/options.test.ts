import { fromFile, problems } from '@crmflow/core';
import { expect, it } from 'vitest';

const found = (type: 'trigger' | 'listen' | 'speak', data: object) => {
  const start = { id: 'start', type: 'trigger' } as const;
  const nodes = type === 'trigger' ? [{ ...start, data }] : [start, { id: 'a', type, data }];
  const edges = type === 'trigger' ? [] : ['start -> a'];
  return problems(fromFile({ name: 'w', nodes, edges }, 'w')).flatMap(({ severity, message }) =>
    severity === 'error' ? [message] : [],
  );
};
const twice = (id: string) => [
  { id, label: 'One' },
  { id, label: 'Two' },
];

it.each([
  [
    'a first day nobody can read',
    { kind: 'date', min: 'next monday' },
    'a, min: A date cannot be bounded by next monday; write 2026-03-01, today, +30d, -2w, +6m or -18y.',
  ],
  [
    'a first day after the last',
    { kind: 'date', min: '2026-05-01', max: '2026-01-01' },
    'a, max: it is before min',
  ],
  [
    'a first day after the last, from today',
    { kind: 'date', min: '+60d', max: '+1m' },
    'a, max: it is before min',
  ],
  [
    'more letters than there may be',
    { minLength: 10, maxLength: 5 },
    'a, maxLength: it is smaller than minLength',
  ],
  [
    'a step beyond the last number',
    { kind: 'number', min: 1, max: 2, step: 3 },
    'a, step: it is larger than from min to max: only min could be given',
  ],
  [
    'more choices than there are',
    { kind: 'choice', multiple: true, min: 3, choices: [{ label: 'A' }, { label: 'B' }] },
    'a, min: it asks for more than the 2 choices there are',
  ],
  [
    'two choices of one id',
    { kind: 'choice', choices: twice('x') },
    'a, choices.1.id: two choices are kept as x',
  ],
  [
    'two choices of one label',
    { kind: 'choice', choices: [{ label: 'A' }, { label: 'A' }] },
    'a, choices.1.id: two choices are kept as A',
  ],
  [
    'a country that is none',
    { kind: 'phone', country: 'XX' },
    'a, country: there is no country XX; write one such as DE',
  ],
])('names %s before anyone is asked', (_what, data, message) => {
  expect(found('listen', data)).toEqual([message]);
});

it.each([
  { kind: 'date', min: '+30d', max: '+1m' },
  { kind: 'date', min: '-1m', max: '-28d' },
  { kind: 'date', min: '+60d', max: '+2m' },
  { kind: 'date', min: 'today', max: '2020-01-01' },
  { kind: 'number', min: 0, max: 10, step: 10 },
  { kind: 'choice', multiple: true, min: 3, from: '["a", "b", "c"]', choices: [{ label: 'A' }] },
  { kind: 'choice', choices: twice('x').map((choice, at) => ({ ...choice, when: `${at} == 1` })) },
  { kind: 'phone', country: 'XK' },
])('lets options be that may work: %j', (data) => {
  expect(found('listen', data)).toEqual([]);
});

it('names an address of media that cannot be one', () => {
  const media = (url: string) => found('speak', { kind: 'media', media: 'image', alt: '', url });
  expect(media('foo.png')).toEqual(['a, url: it must begin with https:// or http://']);
  expect(media('{{ today }}/foo.png')).toEqual([]);
  expect(media(' https://example.com/{{ today }}.png')).toEqual([]);
});

it('names a default that its own type refuses', () => {
  const input = (type: string, value: unknown) =>
    found('trigger', { inputs: [{ name: 'n', type, default: value }] });
  const refused = (type: string, value: unknown, words: string) =>
    expect(input(type, value)).toEqual([`start, inputs.0.default: ${JSON.stringify(value)} is not ${words}`]);
  refused('number', 'x', 'a number');
  refused('number', null, 'a number');
  refused('text', 5, 'a text');
  refused('date', 'tomorrow', 'a date, such as 2026-03-05');
  refused('date', '2026-02-30', 'a date, such as 2026-03-05');
  refused('time', '9:00', 'a time, such as 14:30');
  refused('list', {}, 'a list');
  for (const [type, value] of [
    ['number', 0],
    ['text', ''],
    ['date', '2026-03-05'],
    ['time', '09:00'],
    ['map', {}],
    ['any', null],
  ] as const)
    expect(input(type, value)).toEqual([]);
});
