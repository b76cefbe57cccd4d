import { describe, expect, it } from 'vitest';
import { ask, besidesEnds, get, logic, problemsOf, say, start, takes } from './kit.ts';

const row = (...nodes: Parameters<typeof problemsOf>[0]['nodes']) => ({
  nodes,
  edges: nodes.slice(1).map(({ id }, at) => `${nodes[at]!.id} -> ${id}`),
});
const found = (...nodes: Parameters<typeof problemsOf>[0]['nodes']) => besidesEnds(problemsOf(row(...nodes)));

describe('a call', () => {
  const order = {
    nodes: [
      takes({ name: 'who', required: true }, { name: 'size', type: 'number', default: 1 }),
      ask('color'),
      ask('count', { kind: 'number' }),
      logic('deep', 'subflow', { workflow: 'deep', results: { day: 'day' } }),
    ],
    edges: ['start -> color', 'color -> count', 'count -> deep'],
  };
  const deep = row(start, ask('day', { kind: 'date' }));
  const calls = (data: object, ...rest: Parameters<typeof problemsOf>[0]['nodes']) =>
    besidesEnds(
      problemsOf(row(start, ask('name'), logic('call', 'subflow', data), ...rest), { order, deep }),
    );

  it('gives what the workflow takes, and takes what it sets, with its types', () => {
    const data = {
      workflow: 'order',
      inputs: { who: 'name', size: '3' },
      results: { color: 'color', count: 'count', day: 'day', failure: 'error' },
    };
    const use = logic('set', 'set', {
      values: { total: 'count * 2', late: 'day > today', hello: '"a " + color' },
    });
    expect(calls(data, use)).toEqual([]);
    expect(calls(data, logic('set', 'set', { values: { total: 'color * 2' } }))).toEqual([
      'error: set, values.total: color * 2 needs numbers, but color is a text; write number(color).',
    ]);
  });
  it('of an input that is not declared is named, with what was probably meant', () => {
    expect(calls({ workflow: 'order', inputs: { who: 'name', sise: '1' } })).toEqual([
      'error: call, inputs.sise: order declares no input sise. Did you mean size?',
    ]);
    expect(calls({ workflow: 'deep', inputs: { anything: '1' } })).toEqual([
      'error: call, inputs.anything: deep declares no input anything. It takes none.',
    ]);
  });
  it('of an input of another type is named', () => {
    expect(calls({ workflow: 'order', inputs: { who: '1 + 2', size: 'name' } })).toEqual([
      'error: call, inputs.who: order takes a text here, but 1 + 2 is a number.',
      'error: call, inputs.size: order takes a number here, but name is a text.',
    ]);
  });
  it('without an input that is required is named', () => {
    expect(calls({ workflow: 'order' })).toEqual([
      'error: call, inputs: order needs the input who (text), which is not given.',
    ]);
  });
  it('of a result that is never set there is named, with what was probably meant', () => {
    const data = {
      workflow: 'order',
      inputs: { who: 'name' },
      results: { color: 'colour', other: 'nonsense' },
    };
    expect(calls(data, say('say', '{{ color }}{{ other }}'))).toEqual([
      'error: call, results.color: order never sets colour. Did you mean color?',
      'error: call, results.other: order never sets nonsense. It sets: who, size, color, count, day.',
    ]);
  });
  it('of a workflow that is not there is named, with what was probably meant', () => {
    expect(calls({ workflow: 'odrer' })).toEqual([
      'error: call calls the workflow odrer, which is not there. Did you mean order?',
    ]);
  });
  it('may go round in a circle of workflows', () => {
    const ping = row(
      takes({ name: 'turn', type: 'number' }),
      ask('a'),
      logic('call', 'subflow', { workflow: 'pong', inputs: { turn: 'turn' }, results: { b: 'b' } }),
    );
    const pong = row(
      takes({ name: 'turn', type: 'number' }),
      ask('b'),
      logic('call', 'subflow', { workflow: 'ping', inputs: { turn: 'turn' }, results: { b: 'b' } }),
    );
    expect(besidesEnds(problemsOf(ping, { ping, pong }))).toEqual([]);
  });
});

describe('an error in a node', () => {
  it.each([
    ['a question', ask('name', { promt: '?' }), 'name: there is no field promt. Did you mean prompt?'],
    [
      'an unknown kind',
      ask('name', { kind: 'txet' }),
      'name: there is no listen node of the kind "txet". Did you mean text?',
    ],
    [
      'a set',
      logic('set', 'set', { values: { name: '(' } }),
      'set, values.name: line 1, column 2: the end is not expected here',
    ],
    [
      'a request',
      get('get', { results: { name: 'a' }, methd: 'GET' }),
      'get: there is no field methd. Did you mean method?',
    ],
    [
      'a loop',
      logic('loop', 'each', { list: '[1]', item: 'name', lst: 1 }),
      'loop: there is no field lst. Did you mean list?',
    ],
  ])('makes no others where what it sets is used: %s', (_what, node, message) => {
    expect(found(start, node, say('use', 'Hi {{ name }}'))).toEqual([`error: ${message}`]);
  });
  it('makes no others where an input is used, or the item of a loop', () => {
    const trigger = takes({ name: 'name', tpye: 'text' }, { name: 'age', type: 'number' });
    expect(found(trigger, say('use', '{{ name }} {{ age }}'))).toEqual([
      'error: start, inputs.0: there is no field tpye',
    ]);
    expect(found(start, logic('loop', 'each', { list: '[' }), say('use', '{{ item }}'))).toHaveLength(1);
  });
});

describe('a variable that has no value yet', () => {
  it('is named where only the node itself sets it', () => {
    expect(
      found(start, logic('add', 'set', { values: { count: 'count + 1' } }), say('use', '{{ count }}')),
    ).toEqual([
      'warning: add, values.count: count has no value here at first, for nothing else sets it. Give it one before, or a default.',
    ]);
    expect(found(start, ask('name', { prompt: 'Hello {{ name }}?' }))).toEqual([
      'warning: name, prompt: name has no value here at first, for nothing else sets it. Give it one before, or a default.',
    ]);
    expect(found(start, logic('set', 'set', { values: { b: 'a + 1', a: '1' } }))).toEqual([
      'warning: set, values.b: a has no value here at first, for nothing else sets it. Give it one before, or a default.',
    ]);
  });
  it('is named where only nodes that no way leads to set it', () => {
    const lost = { ...logic('lost', 'set', { values: { late: '1' } }) };
    const graph = row(start, say('use', '{{ late }}'));
    expect(besidesEnds(problemsOf({ ...graph, nodes: [...graph.nodes, lost] }))).toEqual([
      'warning: use, text: late never has a value, for no way leads to what sets it: lost.',
      'warning: No way leads to lost.',
    ]);
  });
  it.each([
    ['a default', { count: 'default(count, 0) + 1' }],
    ['a default, written behind', { count: 'count.default(0) + 1' }],
    ['a question whether it is there', { count: 'count == null ? 1 : count + 1' }],
    ['an earlier line', { count: '0', more: 'count + 1' }],
  ])('may be read with %s', (_what, values) => {
    expect(found(start, logic('add', 'set', { values }), say('use', '{{ count }}'))).toEqual([]);
  });
  it.each([
    '{{ name | default: "you" }}',
    '{% if name %}{{ name }}{% endif %}',
    '{{ name | upcase | default: "you" }}',
  ])('may be read with a default in a text: %s', (prompt) =>
    expect(found(start, ask('name', { prompt }))).toEqual([]),
  );
  it('has one the second time round', () => {
    const talk = row(start, ask('name', { prompt: 'Not {{ name }}?' }), say('hi', 'Hi {{ name }}'));
    expect(besidesEnds(problemsOf({ ...talk, edges: [...talk.edges, 'hi -> name'] }))).toEqual([]);
  });
  it('is no matter where another node sets it', () => {
    expect(
      found(
        start,
        logic('zero', 'set', { values: { count: '0' } }),
        logic('add', 'set', { values: { count: 'count + 1' } }),
      ),
    ).toEqual([]);
    expect(
      found(
        takes({ name: 'count', type: 'number' }),
        logic('add', 'set', { values: { count: 'count + 1' } }),
      ),
    ).toEqual([]);
  });
});
