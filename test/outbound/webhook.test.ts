import { fromFile, problems } from '@crmflow/core';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { text as read } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { testWorld } from '@crmflow/core/testing';
import { signatureHeaders } from '../../packages/core/src/nodes/integration/signature.ts';
import { doorTo, serve } from '../http/support.ts';
import { dyingHttp, nobody, run, sketch, throughCrash } from './kit.ts';

const SECRET = `whsec_${Buffer.from('the secret of a test, of 32 bytes').toString('base64')}`;

/** A receiver on loopback that checks what it hears as Standard Webhooks has it, and answers these statuses in turn. */
async function receiver(...statuses: number[]) {
  const heard: { headers: IncomingHttpHeaders; body: unknown; isGenuine: boolean }[] = [];
  const server = await serve(async (request, response) => {
    const { headers } = request;
    const body = await read(request);
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    heard.push({ headers, body: JSON.parse(body), isGenuine: headers['webhook-signature'] === signature });
    const status = statuses[Math.min(heard.length, statuses.length) - 1] ?? 204;
    response
      .writeHead(status, { 'retry-after': '0.01', ...(status === 302 && { location: '/other' }) })
      .end();
  });
  const hook = (data: object = {}) =>
    sketch(
      {
        kind: 'webhook_send',
        url: `${server.url}/hooks/{{ x }}`,
        event: 'lead.qualified',
        key: 'http:crm',
        json: { text: 'Dear {{ x }}', length: '=size(x)' },
        ...data,
      },
      {},
      ['refused', 'unavailable'],
    );
  return { server, heard, hook };
}
type Receiver = Awaited<ReturnType<typeof receiver>>;

async function worldOf({ server }: Pick<Receiver, 'server'>, host = server.host) {
  const world = testWorld({ http: doorTo(server) });
  await world.app.as(world.owner).keys.set({ service: 'http:crm', key: SECRET, host });
  return world;
}

describe('a webhook', () => {
  it('is a POST that its receiver knows to be ours and unchanged, and knows again', async () => {
    const made = await receiver();
    const { said } = await run(await worldOf(made), made.hook(), { x: 'Ada "{{ x }}"/..' });
    expect(said).toBe('sent');
    const [{ headers, body, isGenuine }] = made.heard as [Receiver['heard'][number]];
    expect(isGenuine).toBe(true);
    expect(headers).toMatchObject({
      'webhook-timestamp': String(Date.parse('2026-01-05T09:00:00Z') / 1000),
      'idempotency-key': headers['webhook-id'],
      'content-type': 'application/json',
    });
    expect(headers['authorization']).toBeUndefined();
    expect(body).toEqual({
      type: 'lead.qualified',
      timestamp: '2026-01-05T09:00:00.000Z',
      data: { text: 'Dear Ada "{{ x }}"/..', length: 16 },
    });
  });

  it.each([
    [[500, 429, 204], 'sent', 3],
    [[503], 'unavailable provider: HOST answered 503.', 2],
    [[400], 'refused rejected: HOST answered 400.', 1],
    [[410], 'refused rejected: HOST answered 410.', 1],
    [[302], 'unavailable redirects: HOST redirects, and no more than 0 redirects are followed.', 1],
  ])('that is answered %j comes to: %s', async (statuses, told, times) => {
    const made = await receiver(...statuses);
    const { said } = await run(await worldOf(made), made.hook({ retries: times === 3 ? 4 : 1 }), { x: 'a' });
    expect(said).toBe(told.replace('HOST', made.server.host));
    expect(made.heard).toHaveLength(times);
    const ids = made.heard.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(made.heard.every(({ isGenuine }) => isGenuine)).toBe(true);
  });

  it('that nobody hears is told so', async () => {
    const server = await nobody();
    const { hook } = await receiver();
    const data = { url: server.url, retries: 1 };
    const { said } = await run(await worldOf({ server }), hook(data), { x: 'a' });
    expect(said).toMatch(/^unavailable connect: /);
  });

  it('is signed with a key of its host alone, which is not sent', async () => {
    const made = await receiver();
    const { said } = await run(await worldOf(made, 'crm.example.com'), made.hook(), { x: 'a' });
    expect(said).toMatch(/^error : The key http:crm belongs to crm\.example\.com, /);
    expect(made.heard).toEqual([]);
  });

  it('is told again after a crash in the middle, under the same id', async () => {
    const made = await receiver();
    const http = doorTo(made.server);
    const said = await throughCrash(
      made.hook({ url: made.server.url, json: {} }),
      { dying: { http: dyingHttp(http) }, living: { http }, isDone: () => made.heard.length > 0 },
      async (api) => void (await api.keys.set({ service: 'http:crm', key: SECRET, host: made.server.host })),
    );
    expect(said).toBe('sent');
    expect(made.heard).toHaveLength(2);
    expect(made.heard.every(({ isGenuine }) => isGenuine)).toBe(true);
    const [first, again] = made.heard.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(first);
  });
});

describe('a signature', () => {
  it('is that of the Standard Webhooks specification', async () => {
    const body = '{"test": 2432232314}';
    const given = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1614265330 * 1000),
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    };
    expect(await signatureHeaders(body, given)).toEqual({
      'webhook-id': given.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is made with any other text as it is, and not with one that only looks like a secret', async () => {
    const given = { id: 'a', at: new Date(0), secret: 'plain' };
    const expected = createHmac('sha256', 'plain').update('a.0.{}').digest('base64');
    expect(await signatureHeaders('{}', given)).toMatchObject({ 'webhook-signature': `v1,${expected}` });
    await expect(signatureHeaders('{}', { ...given, secret: 'whsec_ä' })).rejects.toMatchObject({
      code: 'unprocessable',
    });
  });
});

it.each([
  [
    { url: 'https://{{ x }}/' },
    'send, url: it must begin with https:// or http:// and a host that is written out',
  ],
  [
    { key: 'a-secret' },
    'send, key: a key is named as it was stored, such as http:crm; the key itself stays out of the file',
  ],
  [{ event: 'lead qualified' }, 'send, event: an event is named like lead.qualified'],
])('names what is wrong before anyone talks: %j', async (data, message) => {
  const { hook } = await receiver();
  expect(problems(fromFile(hook(data), 'w'))).toContainEqual(expect.objectContaining({ message }));
});
