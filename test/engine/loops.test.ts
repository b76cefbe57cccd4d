import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, besidesEnds, logic, problemsOf, say, start, takes } from './kit.ts';

const go = {
  kind: 'choice',
  choices: [
    { label: 'go', port: 'go' },
    { label: 'quit', port: 'quit' },
  ],
};
const yesOrNo = { kind: 'confirm', branches: true };
const people = takes({ name: 'people', type: 'list', default: ['Ann', 'Bob', 'Cem'] });
const loop = logic('loop', 'each', { list: 'people', item: 'person' });
const more = ask('more', { ...yesOrNo, prompt: '{{ person }}, more?' });
const shop = {
  nodes: [people, ask('menu', go), loop, more, say('bye', 'Bye.')],
  edges: [
    'start -> menu',
    'menu.go -> loop',
    'menu.quit -> bye',
    'loop.item -> more',
    'more.yes -> loop',
    'more.no -> menu',
    'loop.done -> menu',
  ],
};

describe('a loop', () => {
  it('that was left by an edge begins its list anew when it is come to again', async () => {
    const talk = await converse(shop);
    for (const text of ['go', 'yes', 'no', 'go']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: Ann, more?');
  });
  it('that was left by an edge is over: a way that ends outside it ends the conversation', async () => {
    const talk = await converse(shop);
    for (const text of ['go', 'no', 'quit']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: Bye.');
    expect(await talk.session()).toMatchObject({ status: 'finished' });
  });
  it('is gone on with from a jump aside that it shares with others', async () => {
    const talk = await converse({
      nodes: [
        people,
        logic('first', 'jump', { to: 'note', comesBack: true }),
        loop,
        say('hello', '{{ person }}'),
        logic('aside', 'jump', { to: 'note', comesBack: true }),
        say('note', 'Noted.'),
        logic('back', 'return'),
        say('done', 'Done.'),
      ],
      edges: [
        'start -> first',
        'first -> loop',
        'loop.item -> hello',
        'hello -> aside',
        'note -> back',
        'loop.done -> done',
      ],
    });
    expect(talk.said().map((line) => line.slice(5))).toEqual([
      'Noted.',
      'Ann',
      'Noted.',
      'Bob',
      'Noted.',
      'Cem',
      'Noted.',
      'Done.',
    ]);
  });
  it('inside a loop goes on with the outer one by an edge, and begins anew for its next item', async () => {
    const talk = await converse({
      nodes: [
        start,
        logic('rows', 'each', { list: '["a", "b"]', item: 'row' }),
        logic('columns', 'each', { list: '[1, 2, 3]', item: 'column' }),
        say('cell', '{{ row }}{{ column }}'),
        logic('is', 'condition', { cases: [{ when: 'column == 2', port: 'enough' }] }),
        say('done', 'Done.'),
      ],
      edges: [
        'start -> rows',
        'rows.item -> columns',
        'columns.item -> cell',
        'cell -> is',
        'is.enough -> rows',
        'rows.done -> done',
      ],
    });
    expect(talk.said().map((line) => line.slice(5))).toEqual(['a1', 'a2', 'b1', 'b2', 'Done.']);
  });

  it('does not hide that a way outside it leads nowhere', () => {
    expect(problemsOf(shop)).toEqual([
      'warning: bye leads nowhere by out: the conversation ends there. An end node would say so.',
    ]);
  });
  it('whose item leads to a node that is come to without it is named: it would stop after one', () => {
    const shared = {
      nodes: [people, ask('name'), loop, say('done', 'Done.')],
      edges: ['start -> name', 'name -> loop', 'loop.item -> name', 'loop.done -> done'],
    };
    expect(besidesEnds(problemsOf(shared))).toEqual([
      'warning: loop leads by item to name, which other ways lead to as well: that ends the loop after its first item. Give the loop a node of its own there.',
    ]);
  });
  it('that is come to from outside again and again waits for nobody', () => {
    const again = {
      nodes: [people, say('intro', 'Hi'), loop, say('hello', '{{ person }}')],
      edges: ['start -> intro', 'intro -> loop', 'loop.item -> hello', 'hello -> intro'],
    };
    expect(besidesEnds(problemsOf(again))).toEqual([
      'warning: intro → loop → hello → intro: this loop waits for nobody; if its condition never holds, the step limit ends the session.',
    ]);
  });
  it('is worked out for thousands of loops inside one another, without hanging', () => {
    const ids = Array.from({ length: 2_000 }, (_, at) => `loop${at}`);
    const nested = {
      nodes: [start, ...ids.map((id) => logic(id, 'each', { list: '[1]' }))],
      edges: ['start -> loop0', ...ids.slice(1).map((id, at) => `loop${at}.item -> ${id}`)],
    };
    expect(problemsOf(nested)).toHaveLength(1);
  });
});
describe('a jump that comes back', () => {
  it('may be taken for ever when its way leads back to the menu by an edge', async () => {
    const talk = await converse({
      nodes: [
        start,
        ask('menu'),
        logic('aside', 'jump', { to: 'answer', comesBack: true }),
        say('answer', 'Aha.'),
      ],
      edges: ['start -> menu', 'menu -> aside', 'answer -> menu'],
    });
    for (let round = 0; round < 60; round++) await talk.user('x');
    expect(talk.said().slice(-2)).toEqual(['bot: Aha.', 'bot: menu?']);
  });
});
