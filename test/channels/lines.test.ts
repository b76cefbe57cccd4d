import { CrmflowError, type FileContent, type Http } from '@crmflow/core';
import { expect, it } from 'vitest';
import { SID, TOKEN, twilio } from '../outbound/kit.ts';
import { flow, line, OURS, post, textsIn, THEIRS, written } from './kit.ts';

const channel = { kind: 'sms', from: OURS } as const;
const HOUR = 3_600;

const start = { id: 'start', type: 'trigger' };
const later = { id: 'later', type: 'logic', data: { kind: 'delay', for: { hours: 1 } } };

/** Asks, and says what was answered. */
const asking = (prompt: string, { waits = false } = {}) =>
  flow(
    [
      start,
      ...(waits ? [later] : []),
      { id: 'ask', type: 'listen', data: { prompt, saveAs: 'what' } },
      { id: 'end', type: 'speak', data: { text: `${prompt} {{ what }}.` } },
    ],
    [...(waits ? ['start -> later', 'later -> ask'] : ['start -> ask']), 'ask -> end'],
  );
/** Waits for an hour. */
const waiting = () =>
  flow(
    [start, later, { id: 'end', type: 'speak', data: { text: 'Now.' } }],
    ['start -> later', 'later -> end'],
  );

/** The number's address is the reception's; the survey writes from the same number. */
async function reception(
  survey: FileContent = asking('Survey?'),
  answering = asking('Reception?'),
  around = (http: Http) => http,
) {
  const { http, heard } = await twilio();
  const world = await line(answering, { http: around(http) });
  const { api } = world;
  const { id: surveyId } = await api.workflows.create(survey);
  const { id: contactId } = await api.contacts.create({ name: 'Ada', phone: THEIRS });
  return {
    ...world,
    /** Begins the survey with Ada. */
    async asks() {
      const { session } = await api.sessions.start({ workflowId: surveyId, contactId, channel });
      await world.app.rest();
      return session;
    },
    sent: async () => {
      await world.app.rest();
      return heard.map(({ form }) => form['Body']);
    },
    hears: async (...said: Parameters<typeof world.says>) => textsIn(await world.says(...said)),
  };
}

it('takes an answer to the workflow that asked, whichever the number’s address is of', async () => {
  const { asks, sent, hears, api, talks } = await reception();
  const { id } = await asks();
  expect(await sent()).toEqual(['Survey?']);
  expect(await hears('Fine')).toEqual(['Survey? Fine.']);
  expect(await api.sessions.get({ id })).toMatchObject({ status: 'finished', variables: { what: 'Fine' } });
  // Once that is over, the number is the reception's again.
  expect(await hears('Hello')).toEqual(['Reception?']);
  expect(await talks()).toHaveLength(2);
});

it('takes nothing away from the address where what is open waits for a time', async () => {
  const { asks, hears, pass, sent } = await reception(asking('Survey?', { waits: true }));
  await asks();
  expect(await hears('Hello')).toEqual(['Reception?']);
  await pass(HOUR);
  expect(await sent()).toEqual(['Survey?']);
  expect(await hears('Fine')).toEqual(['Survey? Fine.']);
  expect(await hears('Tea')).toEqual(['Reception? Tea.']);
});

it('leaves nothing with a conversation at work that then waits for a time, or ends', async () => {
  for (const last of [later, { id: 'later', type: 'logic', data: { kind: 'end' } }]) {
    let finish = () => undefined as void;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const parcel = flow(
      [start, { id: 'track', type: 'integration', data: { url: 'https://parcels.example.com/7' } }, last],
      ['start -> track', 'track -> later', 'track.error -> later'],
    );
    const { asks, hears, talks } = await reception(parcel, asking('Reception?'), ({ send, ...http }) => ({
      ...http,
      async send(request) {
        if (!request.url.includes('parcels')) return send(request);
        await held;
        throw new CrmflowError('unavailable', 'It is away.', { reason: 'connect' });
      },
    }));
    void asks();
    await expect.poll(talks).toHaveLength(1);
    const answer = hears('Are you open?');
    await new Promise((resolve) => setTimeout(resolve, 50));
    finish();
    expect(await answer).toEqual(['Reception?']);
    expect(await talks()).toEqual([[], ['user: Are you open?', 'bot: Reception?']]);
  }
});

it('goes on with the conversation that moved last', async () => {
  const { asks, hears, pass } = await reception();
  await hears('Hello');
  await pass(1);
  await asks();
  expect(await hears('Fine')).toEqual(['Survey? Fine.']);
  expect(await hears('Tea')).toEqual(['Reception? Tea.']);
  await asks();
  await pass(1);
  expect(await hears('Fine again')).toEqual(['Survey? Fine again.']);
});

it('keeps what comes while all wait for a time in the conversation of the address', async () => {
  const { asks, hears, talks } = await reception(waiting(), waiting());
  await hears('Hello');
  await asks();
  expect(await hears('Anybody?')).toEqual([]);
  expect(await talks()).toEqual([['user: Hello', 'user: Anybody?'], []]);
});

it('takes several messages at once to where the first one goes, and the rest to the address once that is over', async () => {
  const { asks, hears, talks } = await reception();
  await asks();
  await Promise.all(['One', 'Two', 'Three'].map((text) => hears(text)));
  const lines = (await talks()).flat().filter((text) => text.startsWith('user:'));
  expect(lines.toSorted()).toEqual(['user: One', 'user: Three', 'user: Two']);
  expect((await talks())[0]).toHaveLength(3);
});

it('takes a message once where Twilio sends it again', async () => {
  const { asks, send, talks } = await reception();
  await asks();
  const fine = written('Fine');
  const answers = [await send(fine), await send(fine)];
  expect(answers.map(({ body }) => textsIn(body))).toEqual([['Survey? Fine.'], ['Survey? Fine.']]);
  expect(await talks()).toHaveLength(1);
});

it('keeps text messages and WhatsApp apart', async () => {
  const { asks, hears } = await reception();
  await asks();
  const whatsApp = { From: `whatsapp:${THEIRS}`, To: `whatsapp:${OURS}` };
  expect(await hears('Hello', whatsApp)).toEqual(['Reception?']);
  expect(await hears('Fine')).toEqual(['Survey? Fine.']);
});

it('keeps numbers of ours and people apart', async () => {
  const { asks, hears } = await reception();
  await asks();
  expect(await hears('Hello', { From: '+4915111111111' })).toEqual(['Reception?']);
  expect(await hears('Hello', { To: '+4930901821' })).toEqual(['Reception?']);
  expect(await hears('Fine')).toEqual(['Survey? Fine.']);
});

it('finds no conversation of another owner', async () => {
  const { app, asks, hears, url } = await reception();
  await asks();
  const { user } = await app
    .as({ role: 'guest' })
    .auth.register({ email: 'eve@example.com', password: 'correct horse battery' });
  const eve = app.as({ role: 'user', userId: user.id });
  await eve.keys.set({ service: 'twilio', key: { accountSid: SID, authToken: TOKEN } });
  const { id } = await eve.workflows.create(asking('Eve?'));
  expect(textsIn((await post(url, id, written('Hello'))).body)).toEqual(['Eve?']);
  expect(await hears('Fine')).toEqual(['Survey? Fine.']);
});
