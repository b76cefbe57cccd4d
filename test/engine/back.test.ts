import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, calling, logic, say, start, takes } from './kit.ts';

const order = {
  nodes: [
    takes({ name: 'who' }),
    ask('color', { prompt: 'color, {{ who }}?' }),
    ask('size', { prompt: '{{ color }} size?' }),
  ],
  edges: ['start -> color', 'color -> size'],
};
const shop = {
  nodes: [
    takes({ name: 'company', default: 'ACME' }),
    ask('city'),
    ask('name'),
    logic('order', 'subflow', {
      workflow: 'order',
      inputs: { who: 'name' },
      results: { color: 'color', size: 'size' },
    }),
    ask('sure', { prompt: '{{ company }}/{{ city }}/{{ name }}/{{ color }}/{{ size }}?' }),
  ],
  edges: ['start -> city', 'city -> name', 'name -> order', 'order -> sure'],
};

describe('back', () => {
  it('leads out of a called workflow, to all that its caller knew', async () => {
    const talk = await converse(shop, calling({ order }));
    for (const text of ['Berlin', 'Ann', 'back', 'Bob', 'red', 'XL']) await talk.user(text);
    expect(talk.said().slice(-5)).toEqual([
      'bot: color, Bob?',
      'user: red',
      'bot: red size?',
      'user: XL',
      'bot: ACME/Berlin/Bob/red/XL?',
    ]);
  });

  it('leads into a called workflow, to all that was known there, and further back in it', async () => {
    const talk = await converse(shop, calling({ order }));
    for (const text of ['Berlin', 'Ann', 'red', 'XL', 'back']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: red size?');
    await talk.user('back');
    expect(talk.said().at(-1)).toBe('bot: color, Ann?');
    for (const text of ['blue', 'M']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: ACME/Berlin/Ann/blue/M?');
  });

  it('leads from one call of a workflow to the call before', async () => {
    const each = {
      nodes: [
        start,
        logic('people', 'each', { list: '["Ann", "Bob"]', item: 'person' }),
        logic('order', 'subflow', {
          workflow: 'order',
          inputs: { who: 'person' },
          results: { color: 'color' },
        }),
        say('ordered', '{{ person }}: {{ color }}'),
      ],
      edges: ['start -> people', 'people.item -> order', 'order -> ordered'],
    };
    const talk = await converse(each, calling({ order }));
    for (const text of ['red', 'XL', 'back']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: red size?');
    await talk.user('M');
    expect(talk.said().slice(-2)).toEqual(['bot: Ann: red', 'bot: color, Bob?']);
  });
});
