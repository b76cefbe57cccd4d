import { expect, it } from 'vitest';
import { fromFile } from '@crmflow/core';
import { differences, ExpectedConversation, replay } from '@crmflow/core/testing';

const workflow = fromFile(
  {
    name: 'Prices',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'What is it?' } },
      { id: 'reply', type: 'ai', data: { knowledge: false } },
      { id: 'wait', type: 'logic', data: { kind: 'delay', for: { days: 7 } } },
      {
        id: 'there',
        type: 'listen',
        data: { prompt: 'All well?', noReply: [{ after: { hours: 1 }, say: 'Are you still there?' }] },
      },
      { id: 'lost', type: 'speak', data: { text: 'Nobody is there.' } },
    ],
    edges: [
      'start -> ask',
      'ask -> reply',
      'reply -> wait',
      'wait -> there',
      'there -> reply',
      'reply.error -> lost',
    ],
  },
  'the workflow',
);
const conversation = (change: object = {}) =>
  ExpectedConversation.parse({
    name: 'a week later',
    ai: [{ text: 'Nothing at first.' }, { fails: 'budget' }],
    talk: [
      { bot: 'What is it?' },
      { user: 'How much is it?' },
      { bot: 'Nothing at first.' },
      { pass: { days: 7 } },
      { bot: 'All well?' },
      { pass: { minutes: 60 } },
      { bot: 'Are you still there?' },
      { user: 'Yes' },
      { bot: 'Nobody is there.' },
    ],
    outcome: null,
    ...change,
  });
const found = async (expected: ExpectedConversation) =>
  differences(expected, await replay(workflow, expected));

it('replays a conversation in which time passes and models answer or fail', async () => {
  expect(await found(conversation())).toEqual([]);
});

it('notices that too little time has passed', async () => {
  const talk = conversation().talk.map((line) => ('pass' in line ? { pass: { days: 6 } } : line));
  expect(await found(conversation({ talk }))).toEqual([
    'line 5: expected bot: All well?',
    'line 5: came     pass: {"days":6}',
  ]);
});

it('notices that something else was sent than must be, whatever the order of its fields', async () => {
  const json = { who: '{{ name }}', size: 3 };
  const lead = fromFile(
    {
      name: 'Lead',
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'ask', type: 'listen', data: { prompt: 'Name?', saveAs: 'name' } },
        {
          id: 'keep',
          type: 'integration',
          data: { method: 'POST', url: 'https://crm.example.com/leads', json },
        },
        { id: 'done', type: 'speak', data: { text: 'Kept.' } },
      ],
      edges: ['start -> ask', 'ask -> keep', 'keep -> done'],
    },
    'the workflow',
  );
  const sending = async (body: object) => {
    const expected = ExpectedConversation.parse({
      name: 'a lead',
      http: [{ method: 'POST', url: 'https://crm.example.com/leads', body }],
      talk: [{ bot: 'Name?' }, { user: 'Ada' }, { bot: 'Kept.' }],
    });
    return differences(expected, await replay(lead, expected));
  };
  expect(await sending({ size: 3, who: 'Ada' })).toEqual([]);
  expect(await sending({ who: 'Ada', size: 4 })).toEqual([
    'http: POST https://crm.example.com/leads: expected {"who":"Ada","size":4}, came {"who":"Ada","size":3}',
  ]);
});

it('has a model say nothing after its last answer', async () => {
  expect(await found(conversation({ ai: [] }))).toContain('line 3: came     bot: Nobody is there.');
});

it('replays what a person says to whom a conversation was handed over, and how it is given back', async () => {
  const desk = fromFile(
    {
      name: 'Desk',
      nodes: [
        { id: 'start', type: 'trigger' },
        {
          id: 'desk',
          type: 'integration',
          data: { kind: 'handover', say: 'One moment.', ports: ['ticket'] },
        },
        { id: 'written', type: 'speak', data: { text: 'It is written down.' } },
      ],
      edges: ['start -> desk', 'desk.ticket -> written'],
    },
    'the workflow',
  );
  const expected = ExpectedConversation.parse({
    name: 'a ticket',
    talk: [
      { bot: 'One moment.' },
      { user: 'It is broken.' },
      { person: 'Let me see.' },
      { back: 'ticket' },
      { bot: 'It is written down.' },
    ],
  });
  expect(differences(expected, await replay(desk, expected))).toEqual([]);
  const other = { ...expected, talk: expected.talk.map((line) => ('back' in line ? { back: 'out' } : line)) };
  expect(differences(other, await replay(desk, other))).toContain('line 5: came     nothing');
});

it('says which line nobody waited for', async () => {
  const talk = [
    { bot: 'What is it?' },
    { user: 'How much is it?' },
    { bot: 'Nothing at first.' },
    { user: 'Hello?' },
    { bot: 'All well?' },
  ];
  expect(await found(conversation({ talk }))).toEqual([
    'line 4: user: Hello?: The session does not wait for a message: it waits until 2026-01-12T09:00:00.000Z.',
  ]);
});
