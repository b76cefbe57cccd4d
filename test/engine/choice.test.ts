import { fromFile, problems } from '@crmflow/core';
import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';

const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
/** Asks to choose, with a list at hand; says what was kept. */
const asking = (data: object, list: unknown = [], edges: string[] = []) => ({
  nodes: [
    {
      id: 'start',
      type: 'trigger',
      data: { inputs: [{ name: 'list', type: 'list', default: list }] },
    } as const,
    { id: 'ask', type: 'listen', data: { kind: 'choice', prompt: '?', saveAs: 'x', ...data } } as const,
    say('kept', 'Kept {{ x }}.'),
    say('sorry', '{{ error.message }}'),
  ],
  edges: ['start -> ask', 'ask.error -> sorry', ...(edges.length ? edges : ['ask -> kept'])],
});

describe('a choice that offers nothing', () => {
  const reason = 'There is nothing to choose from: the list is empty, or no condition holds.';
  it.each([
    ['of an empty list', { from: 'list' }],
    ['whose conditions all fail', { choices: [{ label: 'A', when: '1 > 2' }] }],
    ['of several', { from: 'list', multiple: true }],
  ])('%s leaves by error instead of asking', async (_what, data) => {
    const talk = await converse(asking(data));
    expect(talk.said()).toEqual([`bot: ${reason}`]);
    expect((await talk.session()).variables).toMatchObject({
      error: { code: 'unprocessable', message: reason, node: 'ask' },
    });
  });
});

describe('a choice of several', () => {
  it('leaves by error instead of asking when more must be chosen than there are', async () => {
    const talk = await converse(asking({ from: 'list', multiple: true, min: 2 }, ['only']));
    expect(talk.said()).toEqual(['bot: 2 must be chosen, and there are 1.']);
  });

  const ports = [
    { label: 'Red', port: 'red' },
    { label: 'Blue', port: 'blue' },
  ];
  it('leaves by out when nobody must choose and nothing is chosen, though each choice has its own way', async () => {
    const talk = await converse(
      asking(
        { multiple: true, choices: ports },
        [],
        ['ask.out -> kept', 'ask.red -> kept', 'ask.blue -> kept'],
      ),
    );
    await talk.user('none');
    expect(talk.said().at(-1)).toBe('bot: Kept .');
  });

  it('has no such way when one must be chosen, or only one may be', () => {
    for (const data of [{ multiple: true, min: 1 }, {}]) {
      const graph = fromFile({ name: 'w', ...asking({ ...data, choices: ports }) }, 'w');
      expect(problems(graph).map(({ message }) => message)).toContain(
        'ask has no port out. It has: red, blue, error.',
      );
    }
  });
});

describe('a choice from a list', () => {
  const plans = [{ id: 7, label: 'Seven', price: 3 }, { id: 8, label: 'Eight', price: 4 }, { name: 'Nine' }];
  it.each([
    ['the id of an item as it is', { from: 'list' }, plans, 'seven', 7],
    ['the name of an item without one', { from: 'list' }, plans, 'nine', 'Nine'],
    ['ids of several', { from: 'list', multiple: true }, plans, 'seven, eight', [7, 8]],
    ['a number of a list of numbers', { from: 'list' }, [10, 20], '20', 20],
    ['a text of a list of texts', { from: 'list' }, ['a cat', 'a dog'], 'dog', 'a dog'],
  ])('keeps %s', async (_what, data, list, answer, kept) => {
    const talk = await converse(asking(data, list));
    await talk.user(answer);
    expect((await talk.session()).variables?.x).toEqual(kept);
  });

  it('finds its item again by what it kept', async () => {
    const { nodes, edges } = asking({ from: 'list' }, plans, ['ask -> find', 'find -> price']);
    const values = { price: 'list.filter(item, item.id == x)[0].price' };
    const talk = await converse({
      nodes: [
        ...nodes,
        { id: 'find', type: 'logic', data: { kind: 'set', values } },
        say('price', '{{ price }}'),
      ],
      edges,
    });
    await talk.user('eight');
    expect(talk.said().at(-1)).toBe('bot: 4');
  });

  it('still shows clients texts', async () => {
    const { wait } = await (await converse(asking({ from: 'list' }, plans))).session();
    expect(wait).toMatchObject({
      expects: {
        choices: [
          { id: '7', label: 'Seven' },
          { id: '8', label: 'Eight' },
          { id: 'Nine', label: 'Nine' },
        ],
      },
    });
  });
});
