import { expect, it } from 'vitest';
import { flow, leads, line, textsIn, THEIRS, written } from './kit.ts';

const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';

it('qualifies a lead by text message, with the shipped template as it is', async () => {
  const { says, talks, api } = await line(leads());
  const heard: string[] = [];
  for (const text of [
    'Hello?',
    'Ada Lovelace',
    'ada@example',
    'ada@example.com',
    '1',
    '25,000',
    'within a month',
    '212 555 0123',
    'next tuesday',
  ])
    heard.push(...textsIn(await says(text)));
  expect(heard).toMatchInlineSnapshot(`
    [
      "Hi! I'm the assistant of Brightside Solar. A few short questions, and I'll know who can help you best.
    What's your name?",
      "Nice to meet you, Ada Lovelace. Where can we reach you by e-mail?",
      "That does not look like an e-mail address: please type one such as ada@example.com.",
      "What are you looking for?
    1. A new system
    2. An upgrade of what I have
    3. Just information",
      "Roughly what budget do you have in mind, in dollars?",
      "How soon would you like to start?
    1. Within a month
    2. Within three months
    3. Later",
      "That sounds like a good fit. What number may a colleague call you on?",
      "Understood: +1 212 555 0123.
    And which day suits you?",
      "Understood: Tuesday, January 13, 2026.
    Thank you, Ada Lovelace! A colleague will call you at +12125550123 on Tuesday, 13 January.",
    ]
  `);
  const [talk] = await talks();
  expect(talk!.slice(0, 2)).toEqual([
    'user: Hello?',
    "bot: Hi! I'm the assistant of Brightside Solar. A few short questions, and I'll know who can help you best.",
  ]);
  const { items } = await api.sessions.list({});
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ status: 'finished', outcome: 'qualified' });
});

it('answers the same message the same, and takes it once', async () => {
  const { send, talks } = await line(leads());
  const [first, second] = [written('Hello'), written('Ada')];
  await send(first);
  const answers = [await send(second), await send(second), await send(first), await send(second)];
  expect(answers.map(({ body }) => textsIn(body)[0]?.slice(0, 20))).toEqual([
    'Nice to meet you, Ad',
    'Nice to meet you, Ad',
    "Hi! I'm the assistan",
    'Nice to meet you, Ad',
  ]);
  expect((await talks())[0]).toHaveLength(5);
});

it('is at one conversation with each number, and at another once that is over', async () => {
  const { says, talks } = await line(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'ask', type: 'listen', data: { prompt: 'What is it?', saveAs: 'what' } },
        { id: 'bye', type: 'speak', data: { text: '{{ what }} it is.' } },
      ],
      ['start -> ask', 'ask -> bye'],
    ),
  );
  const other = { From: '+4915111111111' };
  expect(textsIn(await says('Hi'))).toEqual(['What is it?']);
  expect(textsIn(await says('Hi', other))).toEqual(['What is it?']);
  expect(textsIn(await says('Tea'))).toEqual(['Tea it is.']);
  expect(textsIn(await says('Me again'))).toEqual(['What is it?']);
  expect(textsIn(await says('Coffee', other))).toEqual(['Coffee it is.']);
  expect(textsIn(await says('Hello', { From: `whatsapp:${THEIRS}` }))).toEqual(['What is it?']);
  expect(await talks()).toHaveLength(4);
});

it('shows what Twilio sends back as text, whatever a person has written', async () => {
  const { send } = await line(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'ask', type: 'listen', data: { saveAs: 'name' } },
        { id: 'echo', type: 'speak', data: { text: '{{ name }}' } },
      ],
      ['start -> ask', 'ask -> echo'],
    ),
  );
  expect(await send(written('Hi'))).toMatchObject({ status: 200, body: EMPTY });
  const { body, type } = await send(
    written('</Body></Message><Redirect>https://evil.example</Redirect>&"\u0007'),
  );
  expect(type).toMatch(/^text\/xml/);
  expect(body).toContain(
    '<Message><Body>&lt;/Body&gt;&lt;/Message&gt;&lt;Redirect&gt;https://evil.example&lt;/Redirect&gt;&amp;&quot;</Body></Message>',
  );
});

it('sends a long text in several messages, cut between sentences, and loses none of it', async () => {
  const sentence = (n: number) => `This is sentence ${n}, which is not short but not long either. `;
  const text = Array.from({ length: 60 }, (_, n) => sentence(n))
    .join('')
    .trim();
  const endless = 'x'.repeat(4_000);
  const { says } = await line(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'long', type: 'speak', data: { text } },
        { id: 'endless', type: 'speak', data: { text: endless } },
      ],
      ['start -> long', 'long -> endless'],
    ),
  );
  const messages = textsIn(await says('Hi'));
  expect(Math.max(...messages.map(({ length }) => length))).toBeLessThanOrEqual(1_600);
  expect(messages.slice(0, 2).map((message) => message.at(-1))).toEqual(['.', '.']);
  expect(messages.join('').replaceAll(/\s/g, '')).toBe((text + endless).replaceAll(/\s/g, ''));
});

it('writes no more to whoever has told Twilio to stop, and again to whoever says start', async () => {
  const { says, talks, api } = await line(leads());
  await says('Hello?');
  const before = await talks();
  expect(await says(' stop ')).toBe(EMPTY);
  const consent = async () => (await api.contacts.list({})).items[0]!.consent['sms'];
  expect(await consent()).toMatchObject({ state: 'withdrawn', source: 'twilio' });
  expect(await talks()).toEqual(before);
  await says('Start');
  expect(await consent()).toMatchObject({ state: 'granted', source: 'twilio' });
  // A word of Twilio's own is one by what Twilio says of it, not by how it reads.
  const whatsApp = { From: `whatsapp:${THEIRS}`, To: 'whatsapp:+4930901820' };
  await says('Stop', whatsApp);
  expect((await api.contacts.list({})).items[0]!.consent['whatsapp']).toBeUndefined();
  expect(await says('Arrêt', { ...whatsApp, OptOutType: 'STOP' })).toBe(EMPTY);
  expect((await api.contacts.list({})).items[0]!.consent['whatsapp']).toMatchObject({ state: 'withdrawn' });
});
