import { describe, expect, it } from 'vitest';
import { fromFile, problems } from '@crmflow/core';
import type { Sketch } from '@crmflow/core/testing';

const start = { id: 'start', type: 'trigger' } as const;
const say = (id: string, text = 'Hi') => ({ id, type: 'speak', data: { text } }) as const;
const ask = (id: string, saveAs = 'name') => ({ id, type: 'listen', data: { saveAs } }) as const;
const found = (sketch: Sketch, severity = 'error') =>
  problems(fromFile({ name: 'w', ...sketch }, 'w'))
    .filter((problem) => problem.severity === severity)
    .map(({ message }) => message);

describe('problems', () => {
  it.each<[string, Sketch, string]>([
    [
      'no trigger',
      { nodes: [say('a')], edges: [] },
      'The workflow has no trigger to begin at. Add a node of the type trigger.',
    ],
    [
      'two triggers',
      { nodes: [start, { ...start, id: 'other' }], edges: [] },
      'A workflow begins at one trigger; this one has 2: start, other.',
    ],
    [
      'an edge to nothing',
      { nodes: [start, say('greet')], edges: ['start -> great'] },
      'The edge start.out->great leads from start to great, which is not there. Did you mean greet?',
    ],
    [
      'an edge from nothing',
      { nodes: [start], edges: ['stort -> start'] },
      'The edge stort.out->start begins at stort, which is not there. Did you mean start?',
    ],
    [
      'a port that is not there',
      { nodes: [start, say('a')], edges: ['start -> a', 'a.nope -> a'] },
      'a has no port nope. It has: out, error.',
    ],
    [
      'two ways by one port',
      { nodes: [start, say('a'), say('b')], edges: ['start -> a', 'start -> b'] },
      'Two edges leave start by out: to a and to b.',
    ],
    [
      'two nodes with one id',
      { nodes: [start, say('a'), say('a')], edges: ['start -> a'] },
      'Two nodes have the id a.',
    ],
    [
      'an unknown kind',
      { nodes: [start, { id: 'a', type: 'listen', data: { kind: 'emial' } }], edges: ['start -> a'] },
      'a: there is no listen node of the kind "emial". Did you mean email?',
    ],
    [
      'a self edge without a wait',
      { nodes: [start, say('a')], edges: ['start -> a', 'a -> a'] },
      'a → a: this loop waits for nobody and never ends. Add a listen node, or a way out.',
    ],
    [
      'a cycle without a wait',
      { nodes: [start, say('a'), say('b')], edges: ['start -> a', 'a -> b', 'b -> a'] },
      'a → b → a: this loop waits for nobody and never ends. Add a listen node, or a way out.',
    ],
    [
      'a jump to nothing',
      {
        nodes: [start, { id: 'j', type: 'logic', data: { kind: 'jump', to: 'strat' } }],
        edges: ['start -> j'],
      },
      'j leads to strat, which is not there. Did you mean start?',
    ],
  ])('names %s', (_what, sketch, message) => {
    expect(found(sketch)).toEqual([message]);
  });

  it('names an unknown variable with the node and the field, and what was probably meant', () => {
    const [problem] = problems(
      fromFile(
        {
          name: 'w',
          nodes: [start, ask('a', 'name'), say('b', 'Hi {{ nmae }}')],
          edges: ['start -> a', 'a -> b'],
        },
        'w',
      ),
    );
    expect(problem).toMatchObject({
      severity: 'error',
      nodeId: 'b',
      field: 'text',
      message: expect.stringMatching(/nmae.*[Dd]id you mean.*name/s),
    });
  });

  it('names a wrong type in a condition before anyone talks', () => {
    const logic = { id: 'c', type: 'logic', data: { cases: [{ when: 'name >= 10', port: 'yes' }] } } as const;
    const [message] = found({ nodes: [start, ask('a', 'name'), logic], edges: ['start -> a', 'a -> c'] });
    expect(message).toMatch(/^c, cases\.0\.when: /);
  });

  it('warns of nodes nobody can reach and of ways that lead nowhere', () => {
    const warnings = found({ nodes: [start, ask('a'), say('lost')], edges: ['start -> a'] }, 'warning');
    expect(warnings).toEqual([
      'No way leads to lost.',
      'a leads nowhere by out: the conversation ends there. An end node would say so.',
      'lost leads nowhere by out: the conversation ends there. An end node would say so.',
    ]);
  });

  it('names an edge that leads astray, and not all that would be reached by it', () => {
    const nodes = [start, ask('a'), say('b'), say('c'), say('d')];
    const rest = ['b -> c', 'c -> d'];
    expect(found({ nodes, edges: ['start -> a', 'a.outt -> b', ...rest] })).toEqual([
      expect.stringContaining('outt'),
    ]);
    expect(found({ nodes, edges: ['start -> a', 'a.outt -> b', ...rest] }, 'warning')).not.toContain(
      'No way leads to c.',
    );
    expect(found({ nodes, edges: ['start -> a', ...rest] }, 'warning')).toContain('No way leads to c.');
  });

  it('lets a loop through a question be', () => {
    expect(found({ nodes: [start, ask('a')], edges: ['start -> a', 'a -> a'] })).toEqual([]);
  });

  it('checks 5,000 nodes in a row, and in a ring, without hanging or overflowing', () => {
    const nodes = [start, ...Array.from({ length: 4_999 }, (_, at) => say(`n${at}`))];
    const row = ['start -> n0', ...Array.from({ length: 4_998 }, (_, at) => `n${at} -> n${at + 1}`)];
    expect(found({ nodes, edges: row })).toEqual([]);
    expect(found({ nodes, edges: [...row, 'n4998 -> n0'] })).toEqual([
      expect.stringContaining('this loop waits for nobody'),
    ]);
  });
});
