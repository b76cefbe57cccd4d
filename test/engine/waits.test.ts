import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, besidesEnds, calling, logic, problemsOf, say, start } from './kit.ts';

const again = (...nodes: Parameters<typeof problemsOf>[0]['nodes']) => ({
  nodes: [start, ...nodes],
  edges: ['start', ...nodes.map(({ id }) => id)].map((id, at) => `${id} -> ${nodes[at]?.id ?? nodes[0]!.id}`),
});
const asking = { nodes: [start, ask('name')], edges: ['start -> name'] };
const talking = { nodes: [start, say('hi', 'Hi')], edges: ['start -> hi'] };
const call = (workflow: string) => logic('call', 'subflow', { workflow });
const endless = 'this loop waits for nobody and never ends. Add a listen node, or a way out.';

describe('a loop', () => {
  it('may wait in a workflow it calls', async () => {
    const graph = again(call('asking'), say('again', 'Again.'));
    expect(problemsOf(graph, { asking })).toEqual([]);
    const talk = await converse(graph, calling({ asking }));
    for (const text of ['Ada', 'Bob']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: name?');
  });
  it('may wait in a workflow that the one it calls calls', () => {
    const between = { nodes: [start, call('asking')], edges: ['start -> call'] };
    expect(problemsOf(again(call('between')), { between, asking })).toEqual([]);
  });
  it('that calls a workflow in which nobody waits is refused', () => {
    expect(problemsOf(again(call('talking')), { talking })).toEqual([`error: call → call: ${endless}`]);
  });
  it('through workflows that call each other and wait nowhere is refused', () => {
    const ping = { nodes: [start, call('pong')], edges: ['start -> call'] };
    const pong = { nodes: [start, call('ping')], edges: ['start -> call'] };
    expect(problemsOf(again(call('ping')), { ping, pong })).toEqual([`error: call → call: ${endless}`]);
  });
  it('may wait where a jump that comes back leads', async () => {
    const graph = {
      nodes: [
        start,
        logic('aside', 'jump', { to: 'name', comesBack: true }),
        ask('name'),
        logic('back', 'return'),
        logic('again', 'jump', { to: 'aside' }),
      ],
      edges: ['start -> aside', 'aside -> again', 'name -> back'],
    };
    expect(problemsOf(graph)).toEqual([]);
    const talk = await converse(graph);
    for (const text of ['Ada', 'Bob']) await talk.user(text);
    expect(talk.said().at(-1)).toBe('bot: name?');
  });
  it('through a jump that comes back from where nobody waits is named', () => {
    const graph = {
      nodes: [
        start,
        logic('aside', 'jump', { to: 'hi', comesBack: true }),
        say('hi', 'Hi'),
        logic('back', 'return'),
      ],
      edges: ['start -> aside', 'aside -> aside', 'hi -> back'],
    };
    expect(problemsOf(graph)).toEqual([
      'warning: aside → aside: this loop waits for nobody; if its condition never holds, the step limit ends the session.',
    ]);
  });
  it.each([
    ['opening hours', { hours: { monday: '09:00-17:00' } }],
    ['a moment', { at: '=addDays(today, 1)' }],
  ])('that waits until %s is not refused, but may go round while it does not wait', (_what, data) => {
    expect(problemsOf(again(logic('open', 'until', data), say('hi', 'Hi')))).toEqual([
      'warning: open → hi → open: this loop waits for nobody when it need not wait at open; then the step limit ends the session.',
    ]);
  });
  it('that waits until a time of the day waits each time', () => {
    expect(problemsOf(again(logic('nine', 'until', { on: { time: '09:00' } }), say('hi', 'Hi')))).toEqual([]);
  });
});

it('no loop is refused for a workflow nobody has looked up', () => {
  expect(besidesEnds(problemsOf(again(call('elsewhere'))))).toEqual([
    'error: call calls the workflow elsewhere, which is not there. A workflow in another file is called by its path: ./other.workflow.yaml.',
  ]);
});
