import { converse } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { flow, line, phone, spokenIn, textsIn } from './kit.ts';

const nodes = (data: object) => [
  { id: 'start', type: 'trigger' as const, data: { kind: 'message', ...data } },
  { id: 'echo', type: 'speak' as const, data: { text: 'You want: {{ wish }}' } },
];
const edges = ['start -> echo'];
const wishing = { words: ['Größe', 'free offer'], pattern: '(?i)^order [0-9]+', saveAs: 'wish' };

it.each(['What GROESSE? GRÖSSE!', 'die grösse, bitte', 'FREE  offer', 'Order 12 of them'])(
  'begins with a message that has the words or fits the pattern: %s',
  async (text) => {
    const { says } = await line(flow(nodes(wishing), edges));
    expect(textsIn(await says(text))).toEqual([`You want: ${text}`]);
  },
);

it.each(['', 'STOP', 'free', 'offer free', 'freeoffer', 'I order 12'])(
  'begins nothing with another message: %j',
  async (text) => {
    const { says, api } = await line(flow(nodes(wishing), edges));
    expect(textsIn(await says(text))).toEqual([]);
    expect((await api.sessions.list({})).items).toEqual([]);
  },
);

it('begins as it is published, whatever is saved', async () => {
  const { says, api, workflowId } = await line(flow(nodes({ words: ['shoes'], saveAs: 'wish' }), edges));
  await api.workflows.publish({ id: workflowId });
  await api.workflows.update({ id: workflowId, ...flow(nodes({ words: ['hats'] }), edges) });
  expect(textsIn(await says('hats'))).toEqual([]);
  expect(textsIn(await says('shoes'))).toEqual(['You want: shoes']);
});

it('knows how a language writes large letters', async () => {
  const { says } = await line(flow(nodes({ words: ['kırmızı'], saveAs: 'wish' }), edges, { language: 'tr' }));
  expect(textsIn(await says('KIRMIZI'))).toEqual(['You want: KIRMIZI']);
});

it('begins with any message where it names none', async () => {
  const { says } = await line(flow(nodes({ saveAs: 'wish' }), edges));
  expect(textsIn(await says('Anything'))).toEqual(['You want: Anything']);
});

it('waits for its message where it was begun without one', async () => {
  const data = { ...wishing, prompt: 'What is it?', retry: 'Say order and a number.' };
  const { user, said } = await converse({ nodes: nodes(data), edges });
  await user('hello');
  await user('order 7');
  expect(said()).toEqual([
    'bot: What is it?',
    'user: hello',
    'bot: Say order and a number.',
    'user: order 7',
    'bot: You want: order 7',
  ]);
  const { send } = await line(flow(nodes(data), edges));
  const { ring, says } = phone(send);
  expect(spokenIn(await ring())).toEqual(['What is it?']);
  expect(spokenIn(await says('order 7 please'))).toEqual(['You want: order 7 please']);
});

it('says nothing to what it does not wait for, where it is told nothing to say', async () => {
  const { user, said } = await converse({ nodes: nodes(wishing), edges });
  await user('hello');
  expect(said()).toEqual(['user: hello']);
});
