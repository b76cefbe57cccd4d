import { fromFile } from '../packages/core/src/workflow/file.ts';

/** Ten nodes in a loop with a branch: two texts to fill in, a condition, a `set`, and a question. */
export const tenNodes = fromFile(
  {
    name: 'Ten nodes',
    settings: { limits: { stepsPerSession: 1_000_000 } },
    nodes: [
      {
        id: 'start',
        type: 'trigger',
        data: {
          inputs: [
            { name: 'name', default: 'Ada' },
            { name: 'score', type: 'number', default: 0 },
          ],
        },
      },
      { id: 'greet', type: 'speak', data: { text: 'Hello {{ name }}, round {{ score }}.' } },
      { id: 'count', type: 'logic', data: { kind: 'set', values: { score: 'score + 1' } } },
      { id: 'check', type: 'logic', data: { cases: [{ when: 'score >= 10 && name != ""', port: 'many' }] } },
      { id: 'many', type: 'speak', data: { text: 'That is {{ score }} rounds, {{ name }}.' } },
      { id: 'few', type: 'speak', data: { text: 'Just begun, {{ name }}: {{ score }}.' } },
      { id: 'one', type: 'speak', data: { text: 'One.' } },
      { id: 'two', type: 'speak', data: { text: 'Two.' } },
      { id: 'three', type: 'speak', data: { text: 'Three.' } },
      { id: 'ask', type: 'listen', data: { prompt: 'Again?', saveAs: 'answer' } },
    ],
    edges: [
      'start -> greet',
      'greet -> count',
      'count -> check',
      'check.many -> many',
      'check.else -> few',
      'many -> one',
      'few -> one',
      'one -> two',
      'two -> three',
      'three -> ask',
      'ask -> greet',
    ],
  },
  'ten nodes',
);
