import { databaseAway } from '../../packages/core/src/errors.ts';
import { fromFile, problems } from '@crmflow/core';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { inspect } from 'node:util';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import {
  dyingHttp,
  keeping,
  nobody,
  refusing,
  run,
  sendingWorld,
  SID,
  sketch,
  throughCrash,
  TOKEN,
  twilio,
  twilioAt,
  type Answer,
} from './kit.ts';

const TO = '+4915123456789';
const sms = (data: object = {}) => ({
  kind: 'twilio_message',
  to: TO,
  from: '+4930901820',
  text: 'Hello {{ x }}',
  saveAs: 'result',
  ...data,
});
const call = (data: object = {}) => ({
  kind: 'twilio_call',
  to: TO,
  from: '+4930901820',
  text: 'Hello {{ x }}',
  ...data,
});

/** What comes of one message under these answers of Twilio. */
async function sent(data: object, answers: Answer[] = [], settings = {}, variables = {}) {
  const { http, heard } = await twilio(...answers);
  const world = await sendingWorld({ http });
  return { ...(await run(world, sketch(data, settings), variables)), heard, world };
}

describe('a text message', () => {
  it('goes to Twilio once, under the key of the owner, and what came of it is kept', async () => {
    const { said, variables, heard } = await sent(sms(), [], {}, { x: 'Ada & {{ x }}' });
    expect(said).toBe('sent');
    expect(variables).toMatchObject({ result: { sid: 'SM1', status: 'queued' } });
    expect(heard).toEqual([
      {
        path: `/2010-04-01/Accounts/${SID}/Messages.json`,
        authorization: `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`,
        form: { To: TO, From: '+4930901820', Body: 'Hello Ada & {{ x }}' },
      },
    ]);
  });

  it('goes by a messaging service, with media', async () => {
    const messagingServiceSid = `MG${'0'.repeat(32)}`;
    const media = ['https://example.com/{{ x }}.png', 'https://example.com/b.pdf'];
    const { heard } = await sent(
      { kind: 'twilio_message', to: TO, messagingServiceSid, text: '', media },
      [],
      {},
      { x: 'a' },
    );
    expect(heard).toMatchObject([
      {
        form: {
          To: TO,
          MessagingServiceSid: messagingServiceSid,
          MediaUrl: ['https://example.com/a.png', 'https://example.com/b.pdf'],
        },
      },
    ]);
  });

  it('goes over WhatsApp', async () => {
    const { heard } = await sent(sms({ channel: 'whatsapp', text: 'Hi' }));
    expect(heard[0]!.form).toEqual({ To: `whatsapp:${TO}`, From: 'whatsapp:+4930901820', Body: 'Hi' });
  });

  it.each([
    ['an empty one', sms({ text: '{{ x }}' }), 'empty', ''],
    ['one of 1,601 characters', sms({ text: '{{ x }}' }), 'too_long', 'a'.repeat(1601)],
    [
      'one of 10,000 characters',
      sms({ text: '{% for i in (1..10) %}{{ x }}{% endfor %}' }),
      'too_long',
      'a'.repeat(1000),
    ],
    ['one with no address for its media', sms({ media: ['{{ x }}'] }), 'media', 'file:///etc/passwd'],
  ])('that is %s is refused before Twilio is asked', async (_, data, reason, x) => {
    const { said, heard } = await sent(data, [], {}, { x });
    expect(said).toMatch(new RegExp(`^refused ${reason}: Nothing was sent\\.`));
    expect(heard).toEqual([]);
  });
});

describe('a call', () => {
  it('reads a text out in the language of the workflow, whatever a visitor wrote in it', async () => {
    const x = '</Say><Dial>+4990012345</Dial>"&\u0000';
    const { said, heard } = await sent(call(), [], { language: 'de' }, { x: x.replace('\u0000', '\u0007') });
    expect(said).toBe('sent');
    expect(heard).toMatchObject([
      {
        path: `/2010-04-01/Accounts/${SID}/Calls.json`,
        form: {
          To: TO,
          From: '+4930901820',
          Twiml:
            '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="de-DE">Hello ' +
            '&lt;/Say&gt;&lt;Dial&gt;+4990012345&lt;/Dial&gt;&quot;&amp;</Say></Response>',
        },
      },
    ]);
  });

  it('speaks with another voice, in another language', async () => {
    const { heard } = await sent(call({ language: 'en-GB', voice: 'Polly.Amy', text: 'Hi' }));
    expect(heard[0]!.form['Twiml']).toContain('<Say language="en-GB" voice="Polly.Amy">Hi</Say>');
  });

  it.each([
    ['empty', ''],
    ['too_long', '&'.repeat(1000)],
  ])('whose text is %s calls nobody', async (reason, x) => {
    const { said, heard } = await sent(call({ text: '{{ x }}' }), [], {}, { x });
    expect(said).toMatch(new RegExp(`^refused ${reason}: Nobody was called\\.`));
    expect(heard).toEqual([]);
  });
});

describe.each([
  ['a message', sms],
  ['a call', call],
])('%s is refused before Twilio is asked', (_, made) => {
  it.each([
    ['to a number without a country code', '015123456789', 'not_e164', {}],
    ['to no number', 'Ada', 'not_e164', {}],
    ['to two numbers', `${TO},${TO}`, 'not_e164', {}],
    ['to a number that no plan has', '+491', 'not_e164', {}],
    ['to a premium-rate number', '+499001234567', 'costly_number', {}],
    ['to a British premium-rate number', '+449098790000', 'costly_number', {}],
    ['to a shared-cost number', '+491805123456', 'costly_number', {}],
    ['to a personal number', '+447012345678', 'costly_number', {}],
    ['to a satellite', '+881612345678', 'no_country', {}],
    ['to another country than that of the settings', '+14155552671', 'country', { country: 'DE' }],
    [
      'to a country that is not listed',
      TO,
      'country',
      { country: 'DE', sending: { countries: ['US', 'AT'] } },
    ],
  ])('%s', async (_case, to, reason, settings) => {
    const { said, heard } = await sent(made({ to: '{{ x }}' }), [], settings, { x: to });
    expect(said).toMatch(new RegExp(`^refused ${reason}: Nothing was sent\\.`));
    expect(heard).toEqual([]);
  });

  it('without a key', async () => {
    const { http, heard } = await twilio();
    const { said } = await run(await sendingWorld({ http }, keeping({})), sketch(made()));
    expect(said).toBe(
      'refused no_key: Nothing was sent. There is no stored key twilio. The workflow’s owner stores it: crmflow keys set twilio',
    );
    expect(heard).toEqual([]);
  });
});

it('reaches the countries that are listed, and every ordinary number where nothing is', async () => {
  const { heard } = await sent(sms({ to: '+14155552671' }), [], {
    country: 'DE',
    sending: { countries: ['US'] },
  });
  expect(heard).toHaveLength(1);
  expect((await sent(sms({ to: '+33612345678' }))).heard).toHaveLength(1);
});

it('names a country of the settings that is none', () => {
  const told = problems(fromFile(sketch(sms(), { sending: { countries: ['DE', 'UK'] } }), 'w'));
  expect(told).toContainEqual({
    severity: 'warning',
    field: 'settings.sending.countries',
    message: 'settings.sending.countries: There is no country UK, so it allows no number. Did you mean GB?',
  });
});

describe('to one number', () => {
  it('goes no fourth message or call in ten minutes, of twenty that start at once', async () => {
    const { http, heard } = await twilio();
    const world = await sendingWorld({ http });
    const tried = await Promise.all(
      Array.from({ length: 20 }, (_, at) => run(world, sketch(at % 2 ? sms() : call()))),
    );
    expect(tried.filter(({ said }) => said === 'sent')).toHaveLength(3);
    expect(tried.filter(({ said }) => said.startsWith('refused too_often'))).toHaveLength(17);
    expect(heard).toHaveLength(3);
    expect((await run(world, sketch(sms({ to: '+4915123456780' })))).said).toBe('sent');
    await world.pass(601);
    expect((await run(world, sketch(sms()))).said).toBe('sent');
  });

  it('goes as much as the settings say', async () => {
    const { http } = await twilio();
    const world = await sendingWorld({ http });
    const settings = { sending: { perNumber: { count: 1, minutes: 60 } } };
    const tries = async () => (await run(world, sketch(sms(), settings))).said.split(':')[0];
    expect([await tries(), await tries()]).toEqual(['sent', 'refused too_often']);
    await world.pass(3_599);
    expect(await tries()).toBe('refused too_often');
    await world.pass(2);
    expect(await tries()).toBe('sent');
  });
});

describe('what Twilio refuses', () => {
  it.each([
    [
      400,
      21211,
      'refused invalid_number: Nothing was sent. The number cannot be reached in this way. (Twilio, code 21211)',
    ],
    [
      400,
      21610,
      'refused unsubscribed: Nothing was sent. Whoever has this number has told Twilio to stop. (Twilio, code 21610)',
    ],
    [
      401,
      20003,
      'refused auth: Nothing was sent. Twilio does not accept the key twilio. Store it anew: crmflow keys set twilio (Twilio, code 20003)',
    ],
    [
      400,
      21408,
      'refused country: Nothing was sent. The account at Twilio may not reach this country. (Twilio, code 21408)',
    ],
    [429, 21611, 'unavailable rate_limited: Nothing was sent. Twilio was asked too often; try again later.'],
    [
      400,
      21611,
      'unavailable queue_full: Nothing was sent. The sender has too much waiting to be sent. (Twilio, code 21611)',
    ],
    [400, 99999, 'refused rejected: Nothing was sent. It was refused. (Twilio, code 99999)'],
    [503, 20503, 'unavailable provider: Nothing was sent. Twilio is away; try again later.'],
    [500, 20500, 'unknown provider: Twilio failed (status 500). Nobody knows whether it went out.'],
  ])('with status %i and code %i is told by name, and asked once', async (status, code, told) => {
    const { said, heard } = await sent(sms(), [refusing(status, code)]);
    expect(said).toBe(told);
    expect(heard).toHaveLength(1);
  });

  it('tells neither the token nor the text nor the number', async () => {
    for (const answer of [refusing(401, 20003), refusing(400, 21211), refusing(500, 1)]) {
      const { world, said, variables } = await sent(sms({ text: 'A secret text' }), [answer]);
      const all = said + inspect([variables, world.told], { depth: null });
      for (const secret of [TOKEN, 'A secret text', TO, 'Its own sentence'])
        expect(all).not.toContain(secret);
    }
  });
});

describe('Twilio is asked again', () => {
  it('when it was asked too often and says for how long, and the message goes out once', async () => {
    const busy = refusing(429, 20429, { 'retry-after': '0.01' });
    const { said, heard } = await sent(sms(), [busy, { status: 201, json: { sid: 'SM2' } }]);
    expect(said).toBe('sent');
    expect(heard).toHaveLength(2);
  });

  it('at most twice', async () => {
    const { said, heard } = await sent(sms(), [refusing(429, 20429, { 'retry-after': '0.01' })]);
    expect(said).toMatch(/^unavailable rate_limited: /);
    expect(heard).toHaveLength(3);
  });

  it('not when it wants to be left alone for longer than a visitor waits', async () => {
    const { said, heard } = await sent(sms(), [refusing(429, 20429, { 'retry-after': '60' })]);
    expect(said).toMatch(/^unavailable rate_limited: /);
    expect(heard).toHaveLength(1);
  });
});

describe('nobody knows whether a message went out', () => {
  const unknowns: [string, Answer, string][] = [
    ['when no answer comes in time', () => undefined, 'timeout'],
    ['when the connection breaks in the middle', (request) => request.socket.destroy(), 'broken'],
    ['when Twilio answers with no message', { status: 200, json: {} }, 'malformed'],
    ['when a page of somebody else answers', { status: 302, headers: { location: '/' } }, 'redirects'],
  ];
  it.each(unknowns)('%s', async (_, answer, reason) => {
    const { said, heard } = await sent(sms({ timeoutSeconds: 0.3 }), [answer]);
    expect(said).toMatch(new RegExp(`^unknown ${reason}: `));
    expect(heard).toHaveLength(1);
  });

  it('but it did not when nobody listens there', async () => {
    const { said } = await run(await sendingWorld({ http: twilioAt(await nobody()) }), sketch(sms()));
    expect(said).toMatch(/^unavailable connect: .+ could not be connected to\. Try again later\.$/);
  });
});

describe.each([
  ['a message', sms],
  ['a call', call],
])('a crash after Twilio has taken %s', (_, made) => {
  it('sends it no second time, and says that nobody knows', async () => {
    const { http, heard } = await twilio();
    const isDone = () => heard.length > 0;
    const said = await throughCrash(sketch(made()), {
      dying: { http: dyingHttp(http) },
      living: { http },
      isDone,
    });
    expect(said).toBe(
      'unknown crash: A crash cut the sending short. It may have gone out, so it was not sent again.',
    );
    expect(heard).toHaveLength(1);
  });

  it('sends it again where the author wants that', async () => {
    const { http, heard } = await twilio();
    const isDone = () => heard.length > 0;
    const said = await throughCrash(sketch(made({ resend: true })), {
      dying: { http: dyingHttp(http) },
      living: { http },
      isDone,
    });
    expect(said).toBe('sent');
    expect(heard).toHaveLength(2);
  });
});

it('is told in doubt when our own database went away before, and does not fail the conversation', async () => {
  const { http, heard } = await twilio();
  const base = createMemoryStore();
  let asked = 0;
  const count: typeof base.sendings.count = async (sending) => {
    if (++asked === 1) throw databaseAway('The database does not answer at the moment.');
    return base.sendings.count(sending);
  };
  const world = await sendingWorld({ http, store: { ...base, sendings: { ...base.sendings, count } } });
  const api = world.app.as(world.owner);
  const { id: workflowId } = await api.workflows.create(fromFile(sketch(sms()), 'the sketch'));
  const { session } = await world.app.begin(world.owner, { workflowId });
  await world.app.rest();
  expect(await api.sessions.get({ id: session.id })).toMatchObject({ status: 'running' });
  await world.pass(31);
  const { items } = await api.sessions.messages({ id: session.id });
  expect(items.map(({ text }) => text)).toEqual([expect.stringMatching(/^unknown crash: /)]);
  expect(heard).toEqual([]);
});

it.each([
  [
    sms({ messagingServiceSid: `MG${'0'.repeat(32)}` }),
    'send, from: give one of from and messagingServiceSid',
  ],
  [sms({ from: undefined }), 'send, from: give one of from and messagingServiceSid'],
  [
    sms({ channel: 'whatsapp', from: 'Acme' }),
    'send, from: WhatsApp messages come from a number, +4930123456',
  ],
  [
    sms({ from: '{{ x }}' }),
    'send, from: a sender is a number, +4930123456, or a name of up to eleven letters and digits',
  ],
  [call({ from: 'Acme' }), 'send, from: a number is written as E.164: +4930123456'],
])('names what is wrong before anyone talks: %j', (data, message) => {
  const told = problems(fromFile(sketch(JSON.parse(JSON.stringify(data)) as object), 'w'));
  expect(told).toContainEqual(expect.objectContaining({ message }));
});

it('is tried out by asking for the account, before anything is sent', async () => {
  const { heard, http } = await twilio({ status: 200, json: { sid: SID } }, refusing(401, 20003), {
    status: 503,
  });
  const { app, owner } = testWorld({ http });
  const { keys } = app.as(owner);
  const test = () => keys.test({ service: 'twilio' });
  await expect(test()).rejects.toMatchObject({ code: 'not_found' });
  await keys.set({ service: 'twilio', key: { accountSid: SID, authToken: TOKEN } });
  expect(await test()).toEqual({ service: 'twilio' });
  expect(heard).toMatchObject([
    {
      path: `/2010-04-01/Accounts/${SID}.json`,
      authorization: `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`,
    },
  ]);
  await expect(test()).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'key_refused' } });
  await expect(test()).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'provider' } });
});
