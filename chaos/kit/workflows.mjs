import { scripts } from '../scripts.mjs';
import { clientOf } from './visitors.mjs';

/** What the number of each visitor stands for in a transcript. */
const PHONE = '{phone}';
const phoneOf = (visitor) => `+4915${String(1_000_000_00 + visitor)}`;

/** A conversation that reaches outside in every way: a model, somebody's API, a text message. */
const order = (receiver) => ({
  name: 'Order',
  isPublic: true,
  settings: { language: 'en', country: 'DE' },
  nodes: [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'name', type: 'listen', data: { prompt: 'What is your name?', saveAs: 'name' } },
    { id: 'what', type: 'listen', data: { prompt: 'What do you want to know, {{ name }}?', saveAs: 'what' } },
    { id: 'answer', type: 'ai', data: { knowledge: false, history: 0, question: '{{ what }}' } },
    { id: 'nobody', type: 'speak', data: { text: 'Somebody will answer you tomorrow.' } },
    {
      id: 'note',
      type: 'integration',
      data: { kind: 'http', method: 'POST', url: `http://${receiver}/notes`, json: { name: '{{ name }}' } },
    },
    { id: 'phone', type: 'listen', data: { prompt: 'Where can we write to you?', saveAs: 'phone' } },
    {
      id: 'write',
      type: 'integration',
      data: {
        kind: 'twilio_message',
        to: '{{ phone }}',
        from: '+4930901820',
        text: 'Thank you, {{ name }}.',
      },
    },
    { id: 'written', type: 'speak', data: { text: 'We have written to you.' } },
    { id: 'unknown', type: 'speak', data: { text: 'We cannot say whether a message reached you.' } },
    { id: 'more', type: 'listen', data: { prompt: 'Anything else?', saveAs: 'more' } },
    { id: 'bye', type: 'speak', data: { text: 'Goodbye, {{ name }}.' } },
  ],
  edges: [
    ['start', 'name'],
    ['name', 'what'],
    ['what', 'answer'],
    ['answer', 'note'],
    ['answer', 'nobody', 'unavailable'],
    ['answer', 'nobody', 'error'],
    ['nobody', 'note'],
    ['note', 'phone'],
    ['phone', 'write'],
    ['write', 'written'],
    ['write', 'unknown', 'unknown'],
    ['written', 'more'],
    ['unknown', 'more'],
    ['more', 'bye'],
  ].map(([sourceNodeId, targetNodeId, sourcePort = 'out']) => ({ sourceNodeId, targetNodeId, sourcePort })),
});

/** An owner with the keys and the workflows that the visitors run, and what these say. */
export async function prepare(url, receiver) {
  const owner = clientOf(url, 60_000);
  await owner.register({ email: 'owner@example.com', password: 'correct horse battery' });
  await owner.keys.set({
    service: 'twilio',
    key: { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-token-of-the-chaos' },
  });
  const { id, problems } = await owner.workflows.create(order(receiver));
  if (problems.some(({ severity }) => severity === 'error'))
    throw new Error(`The workflow cannot run: ${JSON.stringify(problems)}`);
  return {
    owner,
    scripts: [
      { name: 'order', workflowId: id, answers: ['Ada', 'your prices', PHONE, 'no'] },
      ...scripts.map(({ workflowId, answers }) => ({ name: workflowId, workflowId, answers })),
    ],
  };
}

/** What a visitor says. */
export const answersFor = ({ answers }, visitor) =>
  answers.map((answer) => (answer === PHONE ? phoneOf(visitor) : answer));
/** A transcript in which all visitors look alike. */
export const withoutPhone = (text, visitor) => text.replaceAll(phoneOf(visitor), PHONE);
export { phoneOf };
