import { answerTo } from './provider.mjs';

// Small workflows, as their nodes and edges: what one thing is tried with.

/** What is asked of the model, and the line it answers with. */
export const QUESTION = 'your prices';
export const ANSWER = `bot: ${answerTo(QUESTION)}`;

/** Asks again and again. */
export const asksOn = [
  [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'ask', type: 'listen', data: { prompt: 'Again?', saveAs: 'said' } },
  ],
  ['start -> ask', 'ask -> ask'],
];

/** Asks a model what the visitor asks, and says something at the end; by another way when there is no model. */
export const asksModel = (end, ways = ['out']) => [
  [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'ask', type: 'listen', data: { prompt: 'What?', saveAs: 'what' } },
    { id: 'answer', type: 'ai', data: { knowledge: false, history: 0, question: '{{ what }}' } },
    { id: 'end', type: 'speak', data: { text: end } },
  ],
  ['start -> ask', 'ask -> answer', ...ways.map((port) => `answer.${port} -> end`)],
];

/** Waits for so long. */
export const waits = (duration) => [
  [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'wait', type: 'logic', data: { kind: 'delay', for: duration } },
    { id: 'end', type: 'speak', data: { text: 'It is time.' } },
  ],
  ['start -> wait', 'wait -> end'],
];

/** A workflow with one node that reaches outside, and a word for each way out of it. */
export const reaching = (data, ports) => [
  [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'ask', type: 'listen', data: { prompt: 'Well?', saveAs: 'said' } },
    { id: 'reach', type: 'integration', data },
    ...ports.map((port) => ({ id: port, type: 'speak', data: { text: `It went by ${port}.` } })),
  ],
  ['start -> ask', 'ask -> reach', ...ports.map((port) => `reach.${port} -> ${port}`)],
];
