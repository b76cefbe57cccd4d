import { fromFile, writeConversations } from '@crmflow/core';
import {
  converse,
  differences,
  readConversations,
  recorded,
  replay,
  type Conversation,
  type Sketch,
} from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { ask, say, start } from '../engine/kit.ts';
import { doorTo, serve } from '../http/support.ts';
import { flow, line } from '../channels/kit.ts';
import { modelWorld } from './world.ts';

/** A conversation as a test, through the file it is written to, and how replaying it differs. */
async function asTest(talk: Conversation, sketch: Sketch) {
  const { api, id } = talk;
  const [session, messages, logs] = await Promise.all([
    api.sessions.get({ id }),
    api.sessions.messages({ id }),
    api.logs.list({ sessionId: id, limit: 200 }),
  ]);
  const left = { session, messages: messages.items, logs: logs.items.toReversed() };
  const { conversation, gaps } = recorded('as it was', left);
  const [read] = readConversations(writeConversations([conversation]), 'a file');
  const workflow = fromFile({ name: 'test', ...sketch }, 'the sketch');
  return { conversation: read!, gaps, differs: differences(read!, await replay(workflow, read!)) };
}

it('what a model said, how long nobody said anything and what was learned make a test that passes', async () => {
  const sketch: Sketch = {
    nodes: [
      { id: 'start', type: 'trigger', data: { inputs: [{ name: 'shop', type: 'text', default: 'us' }] } },
      { id: 'ask', type: 'listen', data: { prompt: 'What is it, for {{ shop }}?', saveAs: 'wish' } },
      { id: 'reply', type: 'ai', data: { knowledge: false } },
      { id: 'wait', type: 'logic', data: { kind: 'delay', for: { days: 2 } } },
      { id: 'again', type: 'listen', data: { kind: 'date', prompt: 'When shall we come?', saveAs: 'day' } },
      { id: 'poor', type: 'ai', data: { knowledge: false } },
      say('lost', 'Nobody is there.'),
      { id: 'end', type: 'logic', data: { kind: 'end', outcome: 'booked' } },
    ],
    edges: [
      'start -> ask',
      'ask -> reply',
      'reply -> wait',
      'wait -> again',
      'again -> poor',
      'poor.unavailable -> lost',
      'lost -> end',
    ],
  };
  const { world } = await modelWorld({ openai: [{ texts: ['It costs ', 'nothing.'] }, { status: 401 }] });
  const talk = await converse(sketch, { ...world, startsAt: '2026-03-02T09:00:00Z' }, { shop: 'Hill' });
  await talk.user('How much is it?');
  await talk.pass(2 * 86_400);
  await talk.user('tomorrow');
  const { conversation, gaps, differs } = await asTest(talk, sketch);
  expect(differs).toEqual([]);
  expect(gaps).toEqual([]);
  expect(conversation).toMatchObject({
    at: '2026-03-02T09:00:00.000Z',
    variables: { shop: 'Hill' },
    ai: [{ text: 'It costs nothing.' }, { fails: 'unavailable' }],
    outcome: 'booked',
    learned: { wish: 'How much is it?', day: '2026-03-05' },
  });
  expect(conversation.talk).toContainEqual({ pass: { days: 2 } });
  expect(conversation.learned).not.toHaveProperty('shop');
});

it('short waits are kept, and so is what was found in knowledge that a test has not', async () => {
  const sketch: Sketch = {
    nodes: [
      start,
      { id: 'wait', type: 'logic', data: { kind: 'delay', for: { seconds: 2 } } },
      ask('wish'),
      { id: 'reply', type: 'ai', data: {} },
      { id: 'sum', type: 'logic', data: { kind: 'set', values: { none: '1 / int(wish)' } } },
    ],
    edges: ['start -> wait', 'wait -> wish', 'wish -> reply', 'reply -> sum', 'reply.not_found -> sum'],
  };
  const talk = await converse(sketch);
  await talk.pass(2);
  await talk.api.knowledge.manual({ question: 'When are you open?', answer: 'From nine to five.' });
  await talk.user('When are you open?');
  const { conversation, gaps } = await asTest(talk, sketch);
  expect(conversation.talk.slice(0, 2)).toEqual([{ pass: { seconds: 2 } }, { bot: 'wish?' }]);
  expect(gaps).toEqual([
    'knowledge: a test knows what the workflow itself carries, and no other item. Found were: When are you open?.',
    expect.stringMatching(/^It failed, and no test passes that does: sum: /) as string,
  ]);
  const { items } = await talk.api.logs.list({ sessionId: talk.id, eventType: 'session_end' });
  expect(items[0]!.data).toMatchObject({ status: 'failed', error: { node: 'sum' } });
});

it('what nobody has kept is named, for the author to add', async () => {
  const server = await serve((_, response) => response.end('{"id": 7}'));
  const sketch: Sketch = {
    nodes: [
      start,
      ask('wish'),
      { id: 'call', type: 'integration', data: { url: server.url, results: { person: 'id' } } },
      {
        id: 'route',
        type: 'ai',
        data: { kind: 'route', intents: [{ port: 'prices', description: 'costs' }] },
      },
      say('done', 'Done.'),
    ],
    edges: ['start -> wish', 'wish -> call', 'call -> route', 'route.prices -> done', 'route.else -> done'],
  };
  const text = JSON.stringify({ intent: 'prices', confidence: 0.9 });
  const { world } = await modelWorld({ openai: [{ texts: [text] }] }, [server]);
  const talk = await converse(sketch, { ...world, http: world.http ?? doorTo(server) });
  await talk.user('How much is it?');
  const { conversation, gaps } = await asTest(talk, sketch);
  expect(conversation.ai).toEqual([{ json: {} }]);
  expect(gaps).toEqual([
    `http: write what GET ${server.host} answered (200), with the whole address, once a time.`,
    'ai: 1 of the answers are not in the transcript: write them in place of {}.',
  ]);
});

it('says of a talk by message, and of one that a person took over, what is to be written by hand', async () => {
  const { says, api } = await line(
    flow(
      [
        start,
        { id: 'over', type: 'integration', data: { kind: 'handover', say: 'One moment.' } },
        say('bye', 'Goodbye.'),
      ],
      ['start -> over', 'over -> bye'],
    ),
  );
  await says('Help me');
  const [{ id } = { id: '' }] = (await api.sessions.list({})).items;
  await api.sessions.reply({ id, message: 'I am Grace.' });
  await api.sessions.handBack({ id });
  const [session, messages] = await Promise.all([api.sessions.get({ id }), api.sessions.messages({ id })]);
  expect(recorded('a talk', { session, messages: messages.items, logs: [] }).gaps).toEqual([
    'talk: it began with a message by sms. Where the workflow does not begin with one, take the first line out.',
    'talk: write where the person gave it back, and by which way: { back: out }.',
  ]);
});
