import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { dyingHttp, refusing, twilio, type Answer } from '../outbound/kit.ts';
import { flow, line, OURS, textsIn, THEIRS, written } from './kit.ts';

/** Reminds once, and says after a day how it goes on. */
const patient = (settings: object = {}, after: object = { hours: 1 }) =>
  flow(
    [
      { id: 'start', type: 'trigger' },
      {
        id: 'ask',
        type: 'listen',
        data: {
          prompt: 'What is it?',
          saveAs: 'what',
          noReply: [{ after, say: 'Are you still there?' }],
        },
      },
      { id: 'thanks', type: 'speak', data: { text: 'Thank you.' } },
      { id: 'wait', type: 'logic', data: { kind: 'delay', for: { days: 1 } } },
      { id: 'news', type: 'speak', data: { text: 'Here is news of {{ what }}.' } },
      { id: 'more', type: 'listen', data: { prompt: 'Anything else?', saveAs: 'more' } },
    ],
    ['start -> ask', 'ask -> thanks', 'thanks -> wait', 'wait -> news', 'news -> more'],
    settings,
  );

async function sending(content = patient(), ...answers: Answer[]) {
  const { heard, http } = await twilio(...answers);
  const world = await line(content, { http });
  const sent = async () => {
    await world.app.rest();
    return heard.map(({ form }) => form.Body);
  };
  return { ...world, heard, http, sent };
}

it('sends what is said while nobody asks: reminders, and what comes after a wait', async () => {
  const { says, pass, sent, heard, talks } = await sending();
  expect(textsIn(await says('Hi'))).toEqual(['What is it?']);
  await pass(3_600);
  expect(await sent()).toEqual(['Are you still there?']);
  expect(textsIn(await says('My order'))).toEqual(['Thank you.']);
  await pass(86_400);
  await pass(86_400);
  expect(await sent()).toEqual(['Are you still there?', 'Here is news of My order.\nAnything else?']);
  expect(heard[0]!.form).toEqual({ To: THEIRS, From: OURS, Body: 'Are you still there?' });
  expect(textsIn(await says('No'))).toEqual([]);
  expect((await talks())[0]!.at(-1)).toBe('user: No');
});

it('says nothing more to whoever has written stop a moment ago, and goes on once they write again', async () => {
  const { says, pass, sent, talks, api } = await sending(patient({}, { minutes: 2 }));
  expect(textsIn(await says('start'))).toEqual(['What is it?']);
  expect(textsIn(await says('STOP', { OptOutType: 'STOP' }))).toEqual([]);
  await pass(180);
  expect(await sent()).toEqual([]);
  expect((await api.logs.list({})).items[0]).toMatchObject({
    eventType: 'message_sent',
    data: { unsent: 'failed', reason: 'consent' },
  });
  // Of the two words the one is Twilio's now, as it was not before.
  expect(textsIn(await says('START'))).toEqual([]);
  expect(textsIn(await says('My order'))).toEqual(['Thank you.']);
  expect((await talks())[0]!.filter((line) => line.startsWith('user: '))).toEqual([
    'user: start',
    'user: My order',
  ]);
  await pass(86_400);
  expect(await sent()).toHaveLength(1);
});

it('answers who writes again though they have withdrawn their consent before', async () => {
  const { says, pass, sent, api } = await sending(patient({}, { minutes: 2 }));
  await says('Hi');
  await says('STOP');
  await pass(30);
  expect(textsIn(await says('Is it here?'))).toEqual(['Thank you.']);
  const [session] = (await api.sessions.list({})).items;
  await api.sessions.end({ id: session!.id });
  await says('Hi');
  await pass(180);
  expect(await sent()).toEqual(['Are you still there?']);
});

it('writes to the log what did not go out, or may not have', async () => {
  const { says, pass, sent, api } = await sending(patient(), refusing(400, 21211));
  await says('Hi');
  await pass(3_600);
  await sent();
  const { items } = await api.logs.list({});
  expect(items[0]).toMatchObject({
    ...{ eventType: 'message_sent', nodeId: null, nodeType: null },
    data: { unsent: 'failed', reason: 'invalid_number' },
  });
});

it('writes to WhatsApp where it was written to from there', async () => {
  const { says, pass, sent, heard } = await sending();
  await says('Hi', { From: `whatsapp:${THEIRS}`, To: `whatsapp:${OURS}` });
  await pass(3_600);
  await sent();
  expect(heard.map(({ form: { To, From } }) => [To, From])).toEqual([
    [`whatsapp:${THEIRS}`, `whatsapp:${OURS}`],
  ]);
});

it('keeps what is written while it waits for something else', async () => {
  const { says, pass, talks, sent } = await sending();
  await says('Hi');
  await says('My order');
  expect(textsIn(await says('Hurry up!'))).toEqual([]);
  await pass(86_400);
  expect(await sent()).toEqual(['Here is news of My order.\nAnything else?']);
  expect((await talks())[0]).toEqual([
    'user: Hi',
    'bot: What is it?',
    'user: My order',
    'bot: Thank you.',
    'user: Hurry up!',
    'bot: Here is news of My order.',
    'bot: Anything else?',
  ]);
});

it('takes messages in one go as one answer, when the flow gives time for that', async () => {
  const { says, pass, sent, talks } = await sending(patient({ debounceMs: 2_000 }));
  await says('Hi');
  expect(textsIn(await says('My order'))).toEqual([]);
  expect(textsIn(await says('of last week'))).toEqual([]);
  await pass(2);
  expect(await sent()).toEqual(['Thank you.']);
  expect((await talks())[0]).toHaveLength(5);
});

it('lets a person answer by message', async () => {
  const { says, sent, api } = await sending(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'over', type: 'integration', data: { kind: 'handover', say: 'One moment.' } },
        { id: 'bye', type: 'speak', data: { text: 'Goodbye.' } },
      ],
      ['start -> over', 'over -> bye'],
    ),
  );
  expect(textsIn(await says('Help me'))).toEqual(['One moment.']);
  const [session] = (await api.sessions.list({})).items;
  for (const message of ['I am Grace.', 'What is it?', 'Let me see.', 'Found it.']) {
    await api.sessions.reply({ id: session!.id, message });
    await sent();
  }
  expect(await sent()).toEqual(['I am Grace.', 'What is it?', 'Let me see.', 'Found it.']);
  expect(textsIn(await says('Thanks'))).toEqual([]);
  await api.sessions.handBack({ id: session!.id });
  expect((await sent()).at(-1)).toBe('Goodbye.');
});

it('lets a person write as often as they like, also long after the visitor has', async () => {
  const { says, pass, sent, api } = await sending(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'over', type: 'integration', data: { kind: 'handover', say: 'One moment.' } },
        { id: 'bye', type: 'speak', data: { text: 'Goodbye.' } },
      ],
      ['start -> over', 'over -> bye'],
    ),
  );
  await says('Help me');
  await pass(3_600);
  const [session] = (await api.sessions.list({})).items;
  const texts = ['I am Grace.', 'What is it?', 'Let me see.', 'Found it.', 'Done.'];
  for (const message of texts) {
    await api.sessions.reply({ id: session!.id, message });
    await sent();
  }
  await api.sessions.handBack({ id: session!.id, message: 'Bye from us.' });
  expect(await sent()).toEqual([...texts, 'Bye from us.\nGoodbye.']);
});

it('tells a person that whoever they would answer has told the number to stop, until they write again', async () => {
  const { says, pass, sent, api } = await sending(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'over', type: 'integration', data: { kind: 'handover', say: 'One moment.' } },
      ],
      ['start -> over'],
    ),
  );
  await says('Help me');
  await says('STOP');
  const [session] = (await api.sessions.list({})).items;
  const reply = () => api.sessions.reply({ id: session!.id, message: 'I am Grace.' });
  await expect(reply()).rejects.toMatchObject({ code: 'unprocessable', details: { reason: 'consent' } });
  expect((await api.sessions.messages({ id: session!.id })).items).toHaveLength(2);
  await pass(30);
  await says('Still there?');
  await reply();
  expect(await sent()).toEqual(['I am Grace.']);
});

const states = async ({ api, store }: { api: Awaited<ReturnType<typeof sending>>['api']; store: Store }) => {
  const [session] = (await api.sessions.list({})).items;
  return (await store.deliveries.list(session!.id)).map(({ state, reason, sid, attempts }) =>
    [state, reason ?? sid, attempts].join(' '),
  );
};

it.each([
  ['sent', [{ status: 201, json: { sid: 'SM9', status: 'queued' } }], ['sent SM9 0'], 1],
  ['refused: the person has told Twilio to stop', [refusing(400, 21610)], ['failed unsubscribed 0'], 1],
  ['answered with a failure', [{ status: 500 }], ['unknown provider 0'], 1],
  ['answered with a redirect', [{ status: 302, headers: { location: '/' } }], ['unknown redirects 0'], 1],
  [
    'cut off',
    [(_request: unknown, response: { destroy(): void }) => response.destroy()],
    ['unknown broken 0'],
    1,
  ],
] as [string, Answer[], string[], number][])(
  'is not sent again once it was %s',
  async (_what, answers, expected, calls) => {
    const store = createMemoryStore();
    const { http, heard } = await twilio(...answers);
    const world = await line(patient(), { http, store });
    await world.says('Hi');
    await world.pass(3_600);
    await world.app.rest();
    await world.pass(7_200);
    await world.app.rest();
    expect(await states({ ...world, store })).toEqual(expected);
    expect(heard).toHaveLength(calls);
  },
);

it('is sent later where Twilio had no time, and in order', async () => {
  const store = createMemoryStore();
  const busy = refusing(429, 20429);
  const { http, heard } = await twilio(busy, { status: 201, json: { sid: 'SM1' } });
  const world = await line(patient(), { http, store });
  await world.says('Hi');
  await world.pass(3_600);
  await world.app.rest();
  expect(await states({ ...world, store })).toEqual(['waiting rate_limited 1']);
  await world.pass(60);
  await world.app.rest();
  expect(await states({ ...world, store })).toEqual(['sent SM1 1']);
  expect(heard).toHaveLength(2);
});

/** Another process on the same data, two hours later: what it sends. */
async function afterwards(store: Store) {
  const { heard, http } = await twilio();
  const { app, pass } = testWorld({ http, store, startsAt: '2026-01-05T12:00:00.000Z' });
  await pass(600);
  await app.rest();
  return heard.map(({ form }) => form.Body);
}

it('sends nothing twice after a crash in the middle of it', async () => {
  const store = createMemoryStore();
  const { http, heard } = await twilio();
  const dead = await line(patient(), { http: dyingHttp(http), store });
  await dead.says('Hi');
  await dead.pass(3_600);
  await expect.poll(() => heard.length).toBe(1);
  expect(await afterwards(store)).toEqual([]);
  expect(await states({ ...dead, store })).toEqual(['unknown crash 0']);
});

it.each([
  ['before it was noted', (store: Store) => ({ ...store, threads: { ...store.threads, handOver: never } })],
  ['before it was sent', (store: Store) => ({ ...store, deliveries: { ...store.deliveries, next: never } })],
])('sends what was left by a crash %s', async (_when, dying) => {
  const store = createMemoryStore();
  const alive = await line(patient(), { store });
  const { says, talks } = alive;
  await says('Hi');
  const { pass } = testWorld({ store: dying(store), startsAt: '2026-01-05T10:00:00.000Z' });
  void pass(1);
  await expect.poll(async () => (await talks())[0]!.length).toBe(3);
  expect(await afterwards(store)).toEqual(['Are you still there?']);
  expect(await states({ ...alive, store })).toEqual(['sent SM1 0']);
});
const never = () => new Promise<never>(() => undefined);

it('sends no more than is allowed to a number that has not written of late, and none to other countries', async () => {
  const often = flow(
    [
      { id: 'start', type: 'trigger' },
      { id: 'list', type: 'logic', data: { kind: 'each', list: '[1, 2, 3, 4, 5]', item: 'n' } },
      { id: 'wait', type: 'logic', data: { kind: 'delay', for: { minutes: 2 } } },
      { id: 'say', type: 'speak', data: { text: 'Line {{ n }}' } },
    ],
    ['start -> list', 'list.item -> wait', 'wait -> say', 'say -> list'],
    { sending: { perNumber: { count: 1, minutes: 5 } } },
  );
  const { says, pass, sent } = await sending(often);
  await says('Hi');
  for (let minute = 0; minute < 12; minute++) {
    await pass(60);
    await sent();
  }
  // Two while they had just written, and one in the five minutes that follow.
  expect(await sent()).toEqual(['Line 1', 'Line 2', 'Line 3']);
  const abroad = await sending(patient({ country: 'US' }));
  await abroad.says('Hi');
  await abroad.pass(3_600);
  expect(await abroad.sent()).toEqual([]);
  expect(written('x').From).toMatch(/^\+49/);
});

it('keeps that whoever has told Twilio to stop does not want it any more', async () => {
  const { says, pass, sent, api } = await sending(patient(), refusing(400, 21610));
  await says('Hi');
  await pass(3_600);
  await sent();
  const [contact] = (await api.contacts.list({})).items;
  expect(contact!.consent).toMatchObject({ sms: { state: 'withdrawn', source: 'twilio' } });
});
