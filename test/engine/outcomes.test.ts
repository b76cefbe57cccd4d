import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, besidesEnds, calling, logic, problemsOf, say, start } from './kit.ts';

const rating = {
  nodes: [
    start,
    ask('vip', { kind: 'confirm', branches: true }),
    logic('yes', 'end', { outcome: 'vip' }),
    logic('no', 'end', { outcome: 'other' }),
  ],
  edges: ['start -> vip', 'vip.yes -> yes', 'vip.no -> no'],
};
const caller = (...edges: string[]) => ({
  nodes: [
    start,
    logic('rate', 'subflow', { workflow: 'rating' }),
    say('gold', 'Gold.'),
    say('plain', 'Plain.'),
  ],
  edges: ['start -> rate', ...edges],
});

describe('a node that calls a workflow', () => {
  it.each([
    ['yes', 'Gold.'],
    ['no', 'Plain.'],
  ])('is left by the outcome it came to where that is wired, else by out: %s → %s', async (answer, line) => {
    const graph = caller('rate.vip -> gold', 'rate -> plain');
    expect(besidesEnds(problemsOf(graph, { rating }))).toEqual([]);
    const talk = await converse(graph, calling({ rating }));
    await talk.user(answer);
    expect(talk.said().at(-1)).toBe(`bot: ${line}`);
  });
  it('has no port for an outcome the workflow never comes to', () => {
    const graph = caller('rate.vop -> gold', 'rate -> plain');
    expect(problemsOf(graph, { rating })).toContain(
      'error: rate has no port vop. It has: out, vip, other, error.',
    );
  });
  it('need not wire the outcomes: only out leads nowhere then', () => {
    const { nodes, edges } = caller();
    expect(problemsOf({ nodes: nodes.slice(0, 2), edges }, { rating })).toEqual([
      'warning: rate leads nowhere by out: the conversation ends there. An end node would say so.',
    ]);
  });
});
