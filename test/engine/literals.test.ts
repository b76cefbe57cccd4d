import { fromFile, problems } from '@crmflow/core';
import { converse, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';

const start = { id: 'start', type: 'trigger' } as const;
const logic = (data: object): Sketch => ({
  nodes: [start, { id: 'a', type: 'logic', data }],
  edges: ['start -> a'],
});
const found = (sketch: Sketch) =>
  problems(fromFile({ name: 'w', ...sketch }, 'w')).flatMap(({ severity, message }) =>
    severity === 'error' ? [message] : [],
  );

describe('a number, true and false', () => {
  it('may stand wherever an expression does, and keep their type', async () => {
    const values = { score: 0, price: -1.5, vip: true, next: 'score + 1' };
    const talk = await converse(logic({ kind: 'set', values }));
    expect((await talk.session()).variables).toEqual({ score: 0, price: -1.5, vip: true, next: 1 });
  });

  it('decide like the expression they are', async () => {
    const cases = [
      { when: false, port: 'no' },
      { when: true, port: 'yes' },
    ];
    const { nodes, edges } = logic({ cases });
    const say = { id: 'yes', type: 'speak', data: { text: 'Yes.' } } as const;
    const talk = await converse({ nodes: [...nodes, say], edges: [...edges, 'a.yes -> yes'] });
    expect(talk.said()).toEqual(['bot: Yes.']);
  });

  it('are checked for their type like any expression', () => {
    expect(found(logic({ cases: [{ when: 1, port: 'yes' }] }))).toEqual([
      'a, cases.0.when: This must give a boolean (true or false), but it gives a number.',
    ]);
    expect(found(logic({ kind: 'each', list: 5 }))).toEqual([
      'a, list: This must give a list, but it gives a number.',
    ]);
  });

  it('are told how large they must be where that is known', () => {
    expect(found(logic({ kind: 'delay', for: { days: -1 } }))).toEqual(['a, for.days: at least 0']);
  });

  it('are named as what may be written when something else is', () => {
    for (const value of [[1], null, { a: 1 }])
      expect(found(logic({ kind: 'set', values: { x: value } }))).toEqual([
        'a, values.x: write an expression as a text, a number, true or false; lists and maps as a text: "[1, 2]"',
      ]);
  });
});

it('says how a text is written where a word is no variable', () => {
  const set = (plan: string) => found(logic({ kind: 'set', values: { plan } }));
  expect(set('gold')).toEqual([
    `a, values.plan: There is no variable gold. If it is a text, quote it twice: '"gold"'.`,
  ]);
  expect(set('"is " + gold')).toEqual([
    'a, values.plan: There is no variable gold. If it is a text, quote it: "gold".',
  ]);
  expect(set('Gold plan')).toEqual([
    `a, values.plan: line 1, column 6: plan is not expected here; if it is a text, quote it twice: '"Gold plan"'`,
  ]);
});

describe('choices', () => {
  const asking = (choices: unknown): Sketch => ({
    nodes: [start, { id: 'a', type: 'listen', data: { kind: 'choice', prompt: '?', saveAs: 'x', choices } }],
    edges: ['start -> a'],
  });
  it('may be given as their labels alone', async () => {
    const talk = await converse(asking(['Red', { id: 'b', label: 'Blue' }, 'It is {{ today }}']));
    expect((await talk.session()).wait).toMatchObject({
      expects: {
        choices: [
          { id: 'Red', label: 'Red' },
          { id: 'b', label: 'Blue' },
          { id: 'It is 2026-01-05', label: 'It is 2026-01-05' },
        ],
      },
    });
    await talk.user('red');
    expect((await talk.session()).variables).toEqual({ x: 'Red' });
  });

  it.each([
    [[{ lable: 'A', label: 'B' }], 'a, choices.0: there is no field lable'],
    [
      [{ label: '{{ x' }],
      'a, choices.0: label: line 1, column 1: the {{ that stands here is never closed by }}',
    ],
    [['{{ x'], 'a, choices.0: line 1, column 1: the {{ that stands here is never closed by }}'],
    [[5], 'a, choices.0: write a label, or a map with label'],
  ])('that cannot be read are named with what is wrong: %j', (choices, message) => {
    expect(found(asking(choices))).toEqual([message]);
  });
});
