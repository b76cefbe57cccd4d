import { expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { isSigned } from '../../packages/core/src/services/channels/inbound.ts';
import { keptBefore, SID, TOKEN } from '../outbound/kit.ts';
import { flow, line, post, PUBLIC_URL, signatureOf, written } from './kit.ts';

const asks = () =>
  flow(
    [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'What is it?', saveAs: 'what' } },
    ],
    ['start -> ask'],
  );

it('reads signatures as the documentation of Twilio shows one', async () => {
  const params = Object.entries({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  });
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const signed = (token: string) =>
    isSigned(url, { params, signature: 'GvWf1cFY/Q7PnoempGyD5oXAezc=' }, token);
  expect(await signed('12345')).toBe(true);
  expect(await signed('12346')).toBe(false);
});

it('refuses what Twilio has not signed with the token of the workflow’s owner, and starts nothing', async () => {
  const { send, api, url, workflowId } = await line(asks());
  const message = written('Hi');
  const signature = signatureOf(`${PUBLIC_URL}/api/channels/twilio/${workflowId}`, message);
  const refused = [
    await send(message, { headers: {} }),
    await send(message, { headers: { 'x-twilio-signature': '' } }),
    await send(message, { headers: { 'x-twilio-signature': '?' } }),
    await send({ ...message, Body: 'Ho' }, { headers: { 'x-twilio-signature': signature } }),
    await send({ ...message, More: '' }, { headers: { 'x-twilio-signature': signature } }),
    await send(message, { signedUrl: `${url}/api/channels/twilio/${workflowId}` }),
    await send(message, { query: '?a=1', signedUrl: `${PUBLIC_URL}/api/channels/twilio/${workflowId}` }),
    await send(message, { token: 'another' }),
    await send(message, { token: '' }),
    await send({ ...message, AccountSid: 'AC11111111111111111111111111111111' }),
    await post(url, 'no-such-workflow', message),
  ];
  expect(new Set(refused.map(({ status, body }) => [status, errorIn(body)].join(' ')))).toEqual(
    new Set([
      '403 Twilio has not signed this for a workflow that is here. Look at the address, PUBLIC_URL and the stored key twilio.',
    ]),
  );
  expect((await api.sessions.list({})).items).toEqual([]);
  expect(await send(message, { query: '?a=1' })).toMatchObject({ status: 200 });
  expect(await send(message)).toMatchObject({ status: 200 });
});

it.each([
  ['no key', undefined],
  ['a key without a token', { accountSid: SID }],
  ['a key of one text', { key: 'sk' }],
])('refuses everything while its owner has stored %s', async (_what, key) => {
  const store = createMemoryStore();
  const { send, api } = await line(asks(), { store });
  if (key === undefined) await api.keys.remove({ service: 'twilio' });
  else {
    await expect(api.keys.set({ service: 'twilio', key })).rejects.toMatchObject({ code: 'invalid_input' });
    await keptBefore({ twilio: key })(api, store);
  }
  for (const token of ['', 'undefined', TOKEN])
    expect((await send(written('Hi'), { token })).status).toBe(403);
});

it('takes forms alone, and by POST', async () => {
  const { url, workflowId } = await line(asks());
  const at = `${url}/api/channels/twilio/${workflowId}`;
  expect((await fetch(at)).status).toBe(405);
  const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
  expect((await fetch(at, json)).status).toBe(415);
  const long = { method: 'POST', body: new URLSearchParams({ Body: 'x'.repeat(200_000) }) };
  expect((await fetch(at, long)).status).toBe(413);
});

const errorIn = (body: string) => (JSON.parse(body) as { error: { message: string } }).error.message;
