import type { FileContent } from '@crmflow/core';
import { describe, expect, it } from 'vitest';
import { twilio, type Answer } from '../outbound/kit.ts';
import { abroad, flow, line, OURS, template, textsIn, THEIRS } from './kit.ts';

const channel = { kind: 'sms', from: OURS } as const;
const DAY = 86_400;

const asking = (settings: object = {}) =>
  flow(
    [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'Hello {{ contact.name }}, how was it?', saveAs: 'was' } },
      { id: 'thanks', type: 'speak', data: { text: 'Good to know.' } },
    ],
    ['start -> ask', 'ask -> thanks'],
    settings,
  );

async function writing(content: FileContent = asking(), ...answers: Answer[]) {
  const { heard, http } = await twilio(...answers);
  const reported: unknown[] = [];
  const world = await line(content, { http, report: (cause) => void reported.push(cause) });
  const sent = async () => {
    await world.app.rest();
    return heard.map(({ form }) => `${String(form['To'])}: ${String(form['Body'])}`);
  };
  const ada = await world.api.contacts.create({ name: 'Ada', phone: THEIRS });
  return { ...world, sent, ada, heard, reported };
}

describe('a conversation that its owner begins by text message', () => {
  it('writes to the contact, and goes on with what they answer', async () => {
    const { api, workflowId, ada, sent, says, heard } = await writing();
    const { session } = await api.sessions.start({ workflowId, contactId: ada.id, channel });
    expect(session).toMatchObject({ contactId: ada.id, channel: { kind: 'sms', peer: THEIRS, own: OURS } });
    expect(await sent()).toEqual([`${THEIRS}: Hello Ada, how was it?`]);
    expect(heard[0]!.form).toMatchObject({ From: OURS });
    expect(textsIn(await says('Very good'))).toEqual(['Good to know.']);
    const { status, variables } = await api.sessions.get({ id: session.id });
    expect({ status, variables }).toEqual({ status: 'finished', variables: { was: 'Very good' } });
    expect(await sent()).toHaveLength(1);
  });

  it('is refused while another one with the same number is open', async () => {
    const { api, workflowId, ada } = await writing();
    await api.sessions.start({ workflowId, contactId: ada.id, channel });
    await expect(api.sessions.start({ workflowId, contactId: ada.id, channel })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('open already') as string,
    });
  });

  it.each([
    [{ name: 'Bob' }, 'unprocessable', 'no phone number'],
    [
      { phone: '+4915123456000', consent: { sms: { state: 'withdrawn' as const } } },
      'unprocessable',
      'withdrawn their consent',
    ],
  ])('is refused to whom nobody may write: %j', async (person, code, message) => {
    const { api, workflowId, sent } = await writing();
    const { id: contactId } = await api.contacts.create(person);
    await expect(api.sessions.start({ workflowId, contactId, channel })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
    expect(await sent()).toEqual([]);
    expect((await api.sessions.list({})).items).toEqual([]);
  });

  it('is refused without a contact', async () => {
    const { api, workflowId } = await writing();
    await expect(api.sessions.start({ workflowId, channel })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

it('writes at its time to every contact who may be written to, and takes what they answer', async () => {
  const greeting = asking();
  const trigger = {
    ...greeting.nodes[0]!,
    data: { kind: 'schedule', active: true, cron: '0 10 * * *', contacts: {}, channel },
  };
  const { api, pass, sent, says, reported } = await writing({
    ...greeting,
    nodes: [trigger, ...greeting.nodes.slice(1)],
  });
  await api.contacts.create({ name: 'Nobody' });
  await api.contacts.create({ phone: '+4915123456000', consent: { sms: { state: 'withdrawn' } } });
  await api.contacts.create({ name: 'Bob', phone: '+4915123456001' });
  await pass(3_600);
  expect((await sent()).toSorted()).toEqual([
    '+4915123456001: Hello Bob, how was it?',
    `${THEIRS}: Hello Ada, how was it?`,
  ]);
  expect(textsIn(await says('Very good'))).toEqual(['Good to know.']);
  await pass(DAY);
  // Bob has not answered yet: he is not asked a second time.
  expect((await sent()).map((line) => line.slice(0, 13))).toEqual([
    expect.any(String),
    expect.any(String),
    THEIRS.slice(0, 13),
  ]);
  expect(reported).toEqual([]);
});

it('follows up a quote by text message, with the shipped template as it is', async () => {
  const { api, workflowId, ada, pass, sent, says } = await writing(abroad(template('follow-up')));
  await api.sessions.start({ workflowId, contactId: ada.id, channel });
  expect(await sent()).toEqual([]);
  await pass(2 * DAY + 12 * 3_600);
  const [first = ''] = await sent();
  expect(first).toContain('Hello Ada, this is Hudson Roofing.');
  await pass(2 * DAY);
  expect((await sent()).at(-1)).toContain('Just checking');
  expect(textsIn(await says("let's do it"))).toEqual(["Wonderful! We'll call you to find a date."]);
  expect((await api.contacts.get({ id: ada.id })).tags).toEqual(['customer']);
});

it('sends nothing more, unasked, to whom has withdrawn their consent meanwhile; an answer is sent', async () => {
  const patient = flow(
    [
      { id: 'start', type: 'trigger' },
      {
        id: 'ask',
        type: 'listen',
        data: { prompt: 'Well?', saveAs: 'well', noReply: [{ after: { hours: 1 }, say: 'Still there?' }] },
      },
      { id: 'thanks', type: 'speak', data: { text: 'Thanks.' } },
    ],
    ['start -> ask', 'ask -> thanks'],
  );
  const { api, workflowId, ada, pass, sent, says } = await writing(patient);
  await api.sessions.start({ workflowId, contactId: ada.id, channel });
  expect(await sent()).toEqual([`${THEIRS}: Well?`]);
  await api.contacts.update({ id: ada.id, consent: { sms: { state: 'withdrawn' } } });
  await pass(3_600);
  expect(await sent()).toHaveLength(1);
  expect(textsIn(await says('Yes'))).toEqual(['Thanks.']);
});
