import { problems } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import type { AiModel } from '../../packages/core/src/ports.ts';
import { SID, twilio } from '../outbound/kit.ts';
import { abroad, flow, leads, line, OURS, phone, PUBLIC_URL, spokenIn, template, THEIRS } from './kit.ts';

const asks = (data: object, settings: object = {}, more: readonly object[] = [], edges: string[] = []) =>
  flow(
    [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'Which?', saveAs: 'answer', ...data } },
      { id: 'echo', type: 'speak', data: { text: 'It is {{ answer }}.' } },
      ...more,
    ],
    ['start -> ask', 'ask -> echo', ...edges],
    settings,
  );
async function calling(...given: Parameters<typeof line>) {
  const world = await line(...given);
  const one = async () => (await world.api.sessions.list({})).items[0]!;
  return { ...world, ...phone(world.send), one };
}

it.each([
  ['ada dot lovelace at example dot com.', 'ada.lovelace@example.com'],
  ['a d a at example dot com', 'ada@example.com'],
  ['It is ada_1@example.com.', 'ada_1@example.com'],
  ['ada Bindestrich l ät example Punkt de', 'ada-l@example.de'],
])('takes an e-mail address as it is said: %s', async (said, meant) => {
  const { ring, says, one } = await calling(asks({ kind: 'email' }));
  await ring();
  await says(said);
  expect((await one()).variables).toMatchObject({ answer: meant });
});

it('leaves out the full stop that ends a name, and nothing of what is more than a name', async () => {
  const said = async (text: string) => {
    const { ring, says, one } = await calling(asks({}));
    await ring();
    await says(text);
    return (await one()).variables?.answer;
  };
  expect(await said('Ada.')).toBe('Ada');
  expect(await said('When do you open?')).toBe('When do you open?');
  expect(await said('It leaks. Please come.')).toBe('It leaks. Please come.');
});

it('qualifies a lead in a call, with the shipped template as it is', async () => {
  const { ring, says, presses, one } = await calling(leads());
  const heard = [
    await ring(),
    await says('Ada Lovelace'),
    await says('ada@example.com'),
    await presses('1'),
    await presses('25000'),
    await says('Within a month'),
    await presses('2125550123'),
    await says('next Tuesday.'),
  ];
  expect(heard.map((twiml) => spokenIn(twiml).join('\n')).join('\n\n')).toMatchInlineSnapshot(`
    "Hi! I'm the assistant of Brightside Solar. A few short questions, and I'll know who can help you best.
    What's your name?

    Nice to meet you, Ada Lovelace. Where can we reach you by e-mail?

    What are you looking for?
    For A new system, press 1. For An upgrade of what I have, press 2. For Just information, press 3.

    Roughly what budget do you have in mind, in dollars?

    How soon would you like to start?
    For Within a month, press 1. For Within three months, press 2. For Later, press 3.

    That sounds like a good fit. What number may a colleague call you on?

    Understood: +1 212 555 0123.
    And which day suits you?

    Understood: Tuesday, January 13, 2026.
    Thank you, Ada Lovelace! A colleague will call you at +12125550123 on Tuesday, 13 January."
  `);
  expect(heard.at(-1)).toMatch(/<\/Say><Hangup\/><\/Response>$/);
  expect(await one()).toMatchObject({
    status: 'finished',
    outcome: 'qualified',
    variables: { need: 'buy', budget: 25_000, time_frame: 'now', phone: '+12125550123' },
  });
});

it('asks in such a way that one may speak or press at once', async () => {
  const { ring, workflowId } = await calling(
    asks({ kind: 'choice', choices: ['Tee & Kaffee', 'Wasser'] }, { language: 'de', voice: 'Polly.Vicki' }),
  );
  expect(await ring()).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response>' +
      '<Gather input="dtmf speech" language="de-DE" speechTimeout="auto" timeout="5" actionOnEmptyResult="true"' +
      ` action="${PUBLIC_URL}/api/channels/twilio/${workflowId}?at=5&amp;asked=0" numDigits="1" hints="Tee &amp; Kaffee, Wasser">` +
      '<Say language="de-DE" voice="Polly.Vicki">Which?</Say>' +
      '<Say language="de-DE" voice="Polly.Vicki">Für Tee &amp; Kaffee drücken Sie die 1. Für Wasser drücken Sie die 2.</Say>' +
      '</Gather></Response>',
  );
});

it.each([
  ['a choice', { kind: 'choice', choices: ['Tea', 'Coffee'] }, '2', 'It is Coffee.'],
  [
    'several choices',
    { kind: 'choice', choices: ['Tea', 'Coffee', 'Milk'], multiple: true },
    '13',
    'It is Tea, Milk.',
  ],
  ['yes', { kind: 'confirm' }, '1', 'It is true.'],
  ['no', { kind: 'confirm' }, '2', 'It is false.'],
  ['a number', { kind: 'number' }, '12*5', 'It is 12.5.'],
  ['a rating', { kind: 'rating', max: 5 }, '4', 'It is 4.'],
  ['a phone number', { kind: 'phone' }, '00493023125000', 'It is +493023125000.'],
  ['a time', { kind: 'time' }, '1530', 'It is 15:30.'],
  ['a date', { kind: 'date' }, '25032027', 'It is 2027-03-25.'],
  ['words', {}, '42', 'It is 42.'],
])('takes %s by keys', async (_what, data, keys, echo) => {
  const { ring, presses } = await calling(asks(data));
  await ring();
  expect(spokenIn(await presses(keys)).at(-1)).toBe(echo);
});

it('asks again where nothing is heard, then says goodbye and ends', async () => {
  const { ring, isSilent, one } = await calling(asks({}));
  const heard = [await ring(), await isSilent(), await isSilent(), await isSilent()];
  expect(heard.map(spokenIn)).toEqual([
    ['Which?'],
    ['Which?'],
    ['Which?'],
    ['I cannot hear you. Please call again. Goodbye.'],
  ]);
  expect(heard[3]).toMatch(/<Hangup\/>/);
  expect(await one()).toMatchObject({ status: 'finished', outcome: 'ended' });
});

it('goes at once the way that is meant for no answer', async () => {
  const data = {
    noReply: [
      { after: { days: 1 }, say: 'Hello?' },
      { after: { days: 1 }, port: 'silent' },
    ],
  };
  const { ring, isSilent } = await calling(
    asks(data, {}, [{ id: 'bye', type: 'speak', data: { text: 'Then goodbye.' } }], ['ask.silent -> bye']),
  );
  await ring();
  expect(spokenIn(await isSilent())).toEqual(['Hello?']);
  const last = await isSilent();
  expect(spokenIn(last)).toEqual(['Then goodbye.']);
  expect(last).toMatch(/<Hangup\/>/);
});

it('answers the same request the same, and takes it once', async () => {
  const { ring, says, send, sid, api, one, workflowId } = await calling(
    asks({ retry: 'Which, please?', minLength: 3 }),
  );
  const first = await ring();
  expect(await ring()).toBe(first);
  const again = await says('a');
  const query = '?at=5&asked=0';
  expect(first).toContain(query.replace('&', '&amp;'));
  const params = {
    CallSid: sid,
    AccountSid: SID,
    From: '+4915123456789',
    To: '+4930901820',
    CallStatus: 'in-progress',
    SpeechResult: 'a',
    Confidence: '0.9',
  };
  expect((await send(params, { query })).body).toBe(again);
  const { items } = await api.sessions.messages({ id: (await one()).id });
  expect(items.map(({ text }) => text)).toEqual(['Which?', 'a', 'Which, please?']);
  expect(workflowId).toBe((await one()).workflowId);
});

it('ends the session of a caller who hangs up in the middle of a question', async () => {
  const { ring, hangsUp, one, says } = await calling(asks({}));
  await ring();
  expect((await one()).status).toBe('waiting');
  expect(await hangsUp()).toMatchObject({ status: 200 });
  expect(await one()).toMatchObject({ status: 'finished', outcome: 'ended' });
  expect(await says('late')).toMatch(/<Response><Hangup\/><\/Response>/);
});

it('holds the line for a short wait, and hangs up before a long one, which goes on all the same', async () => {
  const wait = (seconds: number) =>
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'hold', type: 'speak', data: { text: 'One moment.' } },
        { id: 'wait', type: 'logic', data: { kind: 'delay', for: { seconds } } },
        { id: 'here', type: 'speak', data: { text: 'Here it is.' } },
      ],
      ['start -> hold', 'hold -> wait', 'wait -> here'],
    );
  const short = await calling(wait(20));
  expect(await short.ring()).toMatch(
    /One moment\.<\/Say><Pause length="20"\/><Redirect>[^<]*\?poll=1<\/Redirect>/,
  );
  await short.pass(20);
  const rest = await short.holds();
  expect(spokenIn(rest)).toEqual(['Here it is.']);
  expect(rest).toMatch(/<Hangup\/>/);
  const long = await calling(wait(3_600));
  expect(spokenIn(await long.ring())).toEqual([
    'One moment.',
    'This takes a while, so I hang up now. Goodbye.',
  ]);
  await long.hangsUp();
  await long.pass(3_600);
  expect((await long.one()).status).toBe('finished');
  // Nobody has heard the rest: the log says so, and nothing is sent.
  await long.pass(700);
  await long.app.sent();
  const { items } = await long.api.logs.list({ sessionId: (await long.one()).id });
  expect(items.flatMap(({ data: { unsent, reason } }) => (unsent ? [[unsent, reason]] : []))).toEqual([
    ['failed', 'hung_up'],
  ]);
});

it('tells a caller that a person will call, who is left with the conversation', async () => {
  const { ring, hangsUp, one } = await calling(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'over', type: 'integration', data: { kind: 'handover', say: 'I pass you on.' } },
      ],
      ['start -> over'],
    ),
  );
  const twiml = await ring();
  expect(spokenIn(twiml)).toEqual([
    'I pass you on.',
    'One of my colleagues takes care of it and will call you back. Goodbye.',
  ]);
  await hangsUp();
  expect((await one()).wait).toMatchObject({ for: 'person' });
});

it('plays what is to be heard, and reads out what is to be seen', async () => {
  const url = 'https://example.com/a?b=1&c=2';
  const { ring } = await calling(
    flow(
      [
        { id: 'start', type: 'trigger' },
        {
          id: 'tune',
          type: 'speak',
          data: { kind: 'media', media: 'audio', url, alt: 'A tune', text: 'Listen:' },
        },
        {
          id: 'plan',
          type: 'speak',
          data: { kind: 'media', media: 'image', url, alt: 'A plan of the house <1>' },
        },
      ],
      ['start -> tune', 'tune -> plan'],
    ),
  );
  const twiml = await ring();
  expect(spokenIn(twiml)).toEqual(['Listen:', url, 'A plan of the house <1>']);
  expect(twiml).toContain('<Play>https://example.com/a?b=1&amp;c=2</Play>');
});

it('holds the line while an answer is being made', async () => {
  let answer = () => {};
  const made = new Promise<void>((resolve) => (answer = resolve));
  const ai: AiModel = {
    async *stream() {
      await made;
      yield { kind: 'text', text: 'At nine.' };
      yield { kind: 'done', citations: [], usage: { inputTokens: 0, outputTokens: 0 }, isFound: true };
    },
  };
  const { ring, says, holds, app } = await calling(
    flow(
      [
        { id: 'start', type: 'trigger' },
        { id: 'ask', type: 'listen', data: { prompt: 'What is it?', saveAs: 'q' } },
        { id: 'answer', type: 'ai', data: { knowledge: false } },
      ],
      ['start -> ask', 'ask -> answer', 'answer -> ask'],
    ),
    { ai },
  );
  await ring();
  const waiting = await says('When do you open?');
  expect(waiting).toMatch(/<Response><Pause length="1"\/><Redirect>[^<]*\?poll=1<\/Redirect><\/Response>/);
  expect(await holds()).toMatch(/poll=2/);
  answer();
  await app.rest();
  expect(spokenIn(await holds())).toEqual(['At nine.', 'What is it?']);
}, 40_000);

it('knows the number of the caller as what it claims to be, and nothing that is kept of whoever has it', async () => {
  const { ring, api } = await calling(
    flow(
      [
        { id: 'start', type: 'trigger' },
        {
          id: 'who',
          type: 'speak',
          data: { text: '{{ contact.phone }}, {{ contact.name | default: "who?" }}' },
        },
      ],
      ['start -> who'],
    ),
  );
  await api.contacts.create({ name: 'Ada', phone: THEIRS });
  expect(spokenIn(await ring())).toEqual([`${THEIRS}, who?`]);
});

it('sends a text message to somebody whose call nobody took, with the shipped template as it is', async () => {
  const { http, heard } = await twilio();
  const { ring } = await calling(abroad(template('missed-call')), { http });
  expect(spokenIn(await ring()).at(-1)).toMatch(/^We have just sent you a text message/);
  expect(heard.map(({ form }) => form['To'])).toEqual([THEIRS]);
});

it.each([
  ['en', 'I did not understand that as an e-mail address: please say it as in ada at example dot com.'],
  [
    'de',
    'Das habe ich nicht als E-Mail-Adresse verstanden: Bitte sagen Sie sie wie ada ät example Punkt com.',
  ],
])(
  'asks a caller again in words for a call, unless the author has words of their own: %s',
  async (language, again) => {
    const asking = (settings: object) => calling(asks({ kind: 'email' }, { language, ...settings }));
    const one = await asking({});
    await one.ring();
    expect(spokenIn(await one.says('nothing'))).toEqual([again]);
    const other = await asking({ texts: { not_email: 'Hm?' } });
    await other.ring();
    expect(spokenIn(await other.says('nothing'))).toEqual(['Hm?']);
  },
);

describe('a caller who is put through', () => {
  const BEA = '+4930123456';
  const desk = (data: object = {}, settings: object = {}) =>
    flow(
      [
        { id: 'start', type: 'trigger' },
        {
          id: 'desk',
          type: 'integration',
          data: { kind: 'handover', say: 'I pass you on.', dial: BEA, ...data },
        },
        { id: 'more', type: 'listen', data: { prompt: 'Was that all?', saveAs: 'all' } },
        { id: 'sorry', type: 'speak', data: { text: 'Nobody is there.' } },
      ],
      ['start -> desk', 'desk -> more', 'desk.unanswered -> sorry'],
      settings,
    );

  it('speaks with whoever is dialled, and goes on with the workflow after it', async () => {
    const { ring, dialled, says, one } = await calling(desk());
    const twiml = await ring();
    expect(spokenIn(twiml)).toEqual(['I pass you on.']);
    expect(twiml).toMatch(
      /<Dial action="https:\/\/crm\.example\.com\/api\/channels\/twilio\/[\w-]+\?dialled=\d+&amp;dials=1" timeout="25">\+4930123456<\/Dial><\/Response>$/,
    );
    expect((await one()).wait).toMatchObject({ for: 'person' });
    expect(spokenIn(await dialled('completed'))).toEqual(['Was that all?']);
    await says('yes');
    expect(await one()).toMatchObject({ status: 'finished', variables: { all: 'yes' } });
  });

  it.each(['no-answer', 'busy', 'failed', 'canceled'])('hears what comes where it was %s', async (status) => {
    const { ring, dialled, one } = await calling(desk());
    await ring();
    expect(spokenIn(await dialled(status))).toEqual(['Nobody is there.']);
    expect(await one()).toMatchObject({ status: 'finished' });
  });

  it('is not called away by the time that a first answer may take', async () => {
    const { ring, dialled, pass, app, one } = await calling(desk({ within: { minutes: 2 } }));
    await ring();
    await pass(600);
    await app.tick();
    expect((await one()).wait).toMatchObject({ for: 'person' });
    expect(spokenIn(await dialled('completed'))).toEqual(['Was that all?']);
  });

  it('hears the same where Twilio asks again, and moves nothing twice', async () => {
    const { ring, dialled, again, one, talks } = await calling(desk());
    await ring();
    await ring();
    const first = await dialled('completed');
    expect(await again()).toBe(first);
    expect((await one()).wait).toMatchObject({ for: 'message' });
    expect(await talks()).toEqual([['bot: I pass you on.', 'bot: Was that all?']]);
  });

  it('goes on after it, whatever was written meanwhile', async () => {
    const { ring, dialled, one, api } = await calling(desk());
    await ring();
    await api.sessions.reply({ id: (await one()).id, message: 'Bea here.' });
    expect(spokenIn(await dialled('completed'))).toEqual(['Bea here.', 'Was that all?']);
  });

  it.each(['reply', 'handBack'] as const)('hears a %s that comes before anybody is dialled', async (how) => {
    const { ring, one, api } = await calling(desk());
    const watching = new AbortController();
    const answered = (async () => {
      for await (const event of api.handovers({ signal: watching.signal }))
        if (event.type === 'handover:waiting')
          return api.sessions[how]({ id: event.sessionId, message: 'I cannot now.' });
    })();
    const twiml = await ring();
    await answered;
    watching.abort();
    expect(spokenIn(twiml)).toEqual([
      'I pass you on.',
      'I cannot now.',
      ...(how === 'handBack' ? ['Was that all?'] : []),
    ]);
    expect(twiml.includes('<Dial')).toBe(how === 'reply');
    expect((await one()).wait).toMatchObject({ for: how === 'reply' ? 'person' : 'message' });
  });

  it('is put through five times in a row, and then called back', async () => {
    const again = desk();
    const { ring, dialled, one } = await calling({
      ...again,
      edges: flow(again.nodes, ['start -> desk', 'desk -> more', 'desk.unanswered -> desk']).edges,
    });
    let twiml = await ring();
    for (let time = 0; time < 4; time++) twiml = await dialled('busy');
    expect(twiml).toContain('<Dial');
    twiml = await dialled('busy');
    expect(spokenIn(twiml).at(-1)).toBe(
      'One of my colleagues takes care of it and will call you back. Goodbye.',
    );
    expect((await one()).wait).toMatchObject({ for: 'person' });
  });

  it('is not put through to the number that was called', async () => {
    const { ring } = await calling(desk({ dial: OURS }));
    expect(await ring()).not.toContain('<Dial');
  });

  it('has hung up: whoever would be dialled next has all the time that the workflow gives', async () => {
    const nodes = [
      { id: 'start', type: 'trigger' },
      { id: 'desk', type: 'integration', data: { kind: 'handover', dial: BEA } },
      { id: 'next', type: 'integration', data: { kind: 'handover', dial: BEA, within: { minutes: 2 } } },
      { id: 'sorry', type: 'speak', data: { text: 'Nobody is there.' } },
    ];
    const edges = ['start -> desk', 'desk.unanswered -> next', 'next.unanswered -> sorry'];
    const { ring, dialled, one, pass, app } = await calling(flow(nodes, edges));
    await ring();
    await dialled('no-answer', { CallStatus: 'completed' });
    expect((await one()).wait).toMatchObject({ for: 'person', until: expect.any(String) as string });
    await pass(121);
    await app.tick();
    expect(await one()).toMatchObject({ status: 'finished' });
  });

  it('and hangs up after it is asked nothing more', async () => {
    const { ring, dialled, one } = await calling(desk());
    await ring();
    expect(spokenIn(await dialled('completed', { CallStatus: 'completed' }))).toEqual([]);
    expect(await one()).toMatchObject({ status: 'finished', outcome: 'ended' });
  });
});

it('dials no number that is none', () => {
  const nodes = [
    { id: 'start', type: 'trigger' },
    { id: 'desk', type: 'integration', data: { kind: 'handover', dial: '0800 FLOWERS' } },
  ];
  expect(problems(flow(nodes, ['start -> desk']))).toMatchObject([
    { nodeId: 'desk', field: 'dial', message: expect.stringContaining('a number is written as E.164') },
  ]);
});
