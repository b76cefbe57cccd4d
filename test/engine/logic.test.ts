import { describe, expect, it } from 'vitest';
import { converse } from '@crmflow/core/testing';

const start = { id: 'start', type: 'trigger' } as const;
const ask = (id: string, saveAs: string) =>
  ({ id, type: 'listen', data: { prompt: `${saveAs}?`, saveAs } }) as const;
const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;

describe('condition', () => {
  const graph = {
    nodes: [
      start,
      { id: 'ask', type: 'listen', data: { kind: 'number', prompt: 'How many?', saveAs: 'count' } } as const,
      {
        id: 'which',
        type: 'logic',
        data: {
          cases: [
            { when: 'count >= 10', port: 'many' },
            { when: 'count >= 2', port: 'some' },
          ],
        },
      } as const,
      say('many', 'Many.'),
      say('some', 'Some.'),
      say('few', 'Few.'),
    ],
    edges: ['start -> ask', 'ask -> which', 'which.many -> many', 'which.some -> some', 'which.else -> few'],
  };
  it.each([
    ['12', 'Many.'],
    ['9.5', 'Some.'],
    ['1', 'Few.'],
  ])('goes the first way that holds: %s → %s', async (answer, reply) => {
    const talk = await converse(graph);
    await talk.user(answer);
    expect(talk.said().at(-1)).toBe(`bot: ${reply}`);
  });
});

describe('set', () => {
  it('sets in order, each value seeing the ones before it, and keeps their types', async () => {
    const talk = await converse({
      nodes: [
        start,
        {
          id: 'set',
          type: 'logic',
          data: { kind: 'set', values: { a: '2', b: 'a * 2.5', list: '[a, b]', hi: '"Hi " + text(b)' } },
        },
      ],
      edges: ['start -> set'],
    });
    expect((await talk.session()).variables).toEqual({ a: 2, b: 5, list: [2, 5], hi: 'Hi 5' });
  });
});

describe('each', () => {
  const graph = (edges: string[], people = '["Ada", "Bob"]') => ({
    nodes: [
      start,
      { id: 'list', type: 'logic', data: { kind: 'set', values: { people } } } as const,
      {
        id: 'loop',
        type: 'logic',
        data: { kind: 'each', list: 'people', item: 'person', index: 'at' },
      } as const,
      { id: 'say', type: 'speak', data: { text: '{{ at }}: {{ person }}' } } as const,
      ask('ask', 'likes'),
      say('done', 'Done.'),
    ],
    edges: ['start -> list', 'list -> loop', 'loop.done -> done', ...edges],
  });
  it('takes the items in order, and a path that ends leads to the next', async () => {
    const talk = await converse(graph(['loop.item -> say']));
    expect(talk.said()).toEqual(['bot: 0: Ada', 'bot: 1: Bob', 'bot: Done.']);
  });
  it('waits inside its body, and an edge back to it leads to the next item', async () => {
    const talk = await converse(graph(['loop.item -> say', 'say -> ask', 'ask -> loop']));
    await talk.user('tea');
    await talk.user('coffee');
    expect(talk.said()).toEqual([
      'bot: 0: Ada',
      'bot: likes?',
      'user: tea',
      'bot: 1: Bob',
      'bot: likes?',
      'user: coffee',
      'bot: Done.',
    ]);
  });
  it('goes straight to done for an empty list', async () => {
    expect((await converse(graph(['loop.item -> say'], '[]'))).said()).toEqual(['bot: Done.']);
  });
});

describe('jump and return', () => {
  it('goes on elsewhere, and comes back when asked to', async () => {
    const talk = await converse({
      nodes: [
        start,
        { id: 'there', type: 'logic', data: { kind: 'jump', to: 'aside', comesBack: true } },
        say('aside', 'By the way.'),
        { id: 'back', type: 'logic', data: { kind: 'return' } },
        say('on', 'Now then.'),
        { id: 'away', type: 'logic', data: { kind: 'jump', to: 'last' } },
        say('last', 'The end.'),
      ],
      edges: ['start -> there', 'aside -> back', 'there -> on', 'on -> away'],
    });
    expect(talk.said()).toEqual(['bot: By the way.', 'bot: Now then.', 'bot: The end.']);
    expect(await talk.session()).toMatchObject({ status: 'finished', outcome: null });
  });
});

describe('split', () => {
  const graph = {
    nodes: [
      start,
      {
        id: 'split',
        type: 'logic',
        data: {
          kind: 'split',
          ways: [
            { port: 'a', weight: 3 },
            { port: 'b', weight: 1 },
          ],
        },
      } as const,
      say('a', 'A'),
      say('b', 'B'),
    ],
    edges: ['start -> split', 'split.a -> a', 'split.b -> b'],
  };
  it('shares sessions out by weight, and sends one session the same way each time', async () => {
    const { compileFlow, decideSplit } = await import('./split-kit.ts');
    const flow = compileFlow(graph);
    const ways = Array.from({ length: 4_000 }, (_, at) => decideSplit(flow, `session-${at}`));
    const share = ways.filter((way) => way === 'a').length / ways.length;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.78);
    expect(ways.slice(0, 50)).toEqual(
      Array.from({ length: 50 }, (_, at) => decideSplit(flow, `session-${at}`)),
    );
  });
});

describe('end', () => {
  it('ends with the author’s label', async () => {
    const talk = await converse({
      nodes: [start, { id: 'end', type: 'logic', data: { kind: 'end', outcome: 'qualified' } }],
      edges: ['start -> end'],
    });
    expect(await talk.session()).toMatchObject({ status: 'finished', outcome: 'qualified', nodeId: null });
    expect(talk.events.at(-1)).toMatchObject({
      type: 'workflow:finished',
      completedNodes: 2,
      completedNodeIds: ['start', 'end'],
      outcome: 'qualified',
    });
  });
});

describe('subflow', () => {
  const greeting = {
    id: 'greeting',
    name: 'Greeting',
    description: null,
    isPublic: false,
  };
  it('runs another workflow with its own variables, and takes results back', async () => {
    const { fromFile } = await import('@crmflow/core');
    const shipped = [
      {
        ...greeting,
        ...fromFile(
          {
            name: 'Greeting',
            nodes: [
              { ...start, data: { inputs: [{ name: 'who' }, { name: 'how', default: 'so' }] } },
              ask('ask', 'mood'),
              say('say', '{{ who }} feels {{ how }} {{ mood }}.'),
              { id: 'end', type: 'logic', data: { kind: 'end', outcome: 'greeted' } },
            ],
            edges: ['start -> ask', 'ask -> say', 'say -> end'],
          },
          'greeting',
        ),
      },
    ];
    const talk = await converse(
      {
        nodes: [
          start,
          { id: 'name', type: 'logic', data: { kind: 'set', values: { name: '"Ada"', mood: '"secret"' } } },
          {
            id: 'call',
            type: 'logic',
            data: {
              kind: 'subflow',
              workflow: 'greeting',
              inputs: { who: 'name' },
              results: { felt: 'mood' },
            },
          },
          say('after', '{{ name }} {{ felt }} {{ mood }}'),
        ],
        edges: ['start -> name', 'name -> call', 'call -> after'],
      },
      { shipped },
    );
    expect(talk.events.at(-1)).toMatchObject({ type: 'system:waiting_for_input', nodeId: 'call/ask' });
    await talk.user('fine');
    expect(talk.said()).toEqual([
      'bot: mood?',
      'user: fine',
      'bot: Ada feels so fine.',
      'bot: Ada fine secret',
    ]);
  });
});
