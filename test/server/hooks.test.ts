import { fromFile, problems } from '@crmflow/core';
import { testWorld } from '@crmflow/core/testing';
import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { begin } from './kit.ts';

const SECRET = `whsec_${Buffer.from('the secret of a test, of 32 bytes').toString('base64')}`;
const NOW = Date.parse('2026-01-05T09:00:00Z') / 1000;

/** Headers of Standard Webhooks, made as its specification says. */
function signed(body: string, { id = `msg_${randomUUID()}`, at = NOW, secret = SECRET } = {}) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
}

const workflow = (data: object = {}, kind = 'webhook') => ({
  name: 'order',
  nodes: [
    {
      id: 'start',
      type: 'trigger',
      data: {
        kind,
        inputs: [
          { name: 'order', type: 'number', required: true },
          { name: 'who', default: 'nobody' },
        ],
        ...(kind === 'webhook' && { set: { order: 'body.data.number', who: 'body.data.name' } }),
        ...data,
      },
    },
    { id: 'ask', type: 'listen', data: { prompt: 'Order {{ order }} of {{ who }}?', saveAs: 'answer' } },
  ],
  edges: ['start -> ask'],
});

async function serving(data: object = {}, kind?: string, world = testWorld()) {
  const server = await begin({ world });
  const owner = await server.register('owner');
  const { body } = await owner.ask('POST', '/workflows', fromFile(workflow(data, kind), 'w'));
  const { id } = body as { id: string };
  const keep = () => owner.ask('POST', '/keys', { service: 'webhook', key: SECRET });
  const call = (text: string, headers: Record<string, string>, workflowId = id) =>
    server.guest('POST', `/hooks/${workflowId}`, text, headers);
  const sessions = async () => {
    await server.app.rest();
    return ((await owner.ask('GET', '/sessions')).body as { items: { id: string; variables: object }[] })
      .items;
  };
  return { ...server, owner, id, keep, call, sessions };
}
const BODY = JSON.stringify({ type: 'order.paid', data: { number: 7, name: 'Ada' } });
const STRANGER = {
  code: 'unauthenticated',
  message: 'No webhook is expected here, or it is not signed as it must be.',
};

describe('a signed webhook', () => {
  it('starts what is published, read as that says, whatever is saved', async () => {
    const { owner, id, keep, call, sessions } = await serving();
    await keep();
    await owner.ask('PUT', `/workflows/${id}/published`);
    const { nodes, edges } = fromFile(workflow({}, 'manual'), 'w');
    await owner.ask('PUT', `/workflows/${id}`, { nodes, edges });
    expect((await call(BODY, signed(BODY))).status).toBe(202);
    expect(await sessions()).toMatchObject([{ variables: { order: 7, who: 'Ada' } }]);
  });

  it('starts a session with what it says, once however often it comes', async () => {
    const { keep, call, sessions } = await serving();
    await keep();
    const headers = signed(BODY);
    const first = await call(BODY, headers);
    expect(first).toMatchObject({ status: 202, body: { sessionId: expect.any(String) } });
    const again = await call(BODY, headers);
    expect([again.status, again.body]).toEqual([202, first.body]);
    const [session, ...others] = await sessions();
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      ...{ id: (first.body as { sessionId: string }).sessionId },
      status: 'waiting',
      variables: { order: 7, who: 'Ada' },
    });
    expect((await call(BODY, signed(BODY))).body).not.toEqual(first.body);
    expect(await sessions()).toHaveLength(2);
  });

  it('starts one session when ten copies come at once', async () => {
    const { keep, call, sessions } = await serving();
    await keep();
    const headers = signed(BODY);
    const answers = await Promise.all([...'0123456789'].map(() => call(BODY, headers)));
    const [session] = await sessions();
    for (const { status, body } of answers) expect([status, body]).toEqual([202, { sessionId: session!.id }]);
    expect(await sessions()).toHaveLength(1);
  });

  it('starts one session when its process dies before it has answered, whenever it is sent again', async () => {
    const base = createMemoryStore();
    let isDead = true;
    const answer: Store['replies']['answer'] = async (...given) => {
      if (isDead) throw new Error('The process is gone.');
      await base.replies.answer(...given);
    };
    const world = testWorld({ store: { ...base, replies: { ...base.replies, answer } } });
    const { keep, call, sessions } = await serving({}, 'webhook', world);
    isDead = false;
    await keep();
    isDead = true;
    expect((await call(BODY, signed(BODY, { id: 'msg_1' }))).status).toBe(500);
    isDead = false;
    const ids = [];
    for (const minutes of [0, 20]) {
      await world.pass(60 * minutes);
      const { body } = await call(BODY, signed(BODY, { id: 'msg_1', at: NOW + 60 * minutes }));
      ids.push((body as { sessionId: string }).sessionId);
    }
    const [session, ...others] = await sessions();
    expect([ids, others]).toEqual([[session!.id, session!.id], []]);
  });

  it('is believed when one of its signatures is ours, up to five minutes old or early', async () => {
    const { keep, call } = await serving();
    await keep();
    const { 'webhook-signature': right, ...headers } = signed(BODY);
    const other = signed(BODY, { secret: 'b3RoZXI=' })['webhook-signature'];
    expect((await call(BODY, { ...headers, 'webhook-signature': `v1a,x ${other} ${right}` })).status).toBe(
      202,
    );
    for (const at of [NOW - 299, NOW + 299])
      expect((await call(BODY, signed(BODY, { at }))).status).toBe(202);
  });

  it.each([
    ['of another secret', signed(BODY, { secret: 'b3RoZXI=' })],
    ['of another body', signed('{}')],
    ['of six minutes ago', signed(BODY, { at: NOW - 360 })],
    ['of six minutes from now', signed(BODY, { at: NOW + 360 })],
    ['without a signature', { ...signed(BODY), 'webhook-signature': '' }],
    ['with an empty one', { ...signed(BODY), 'webhook-signature': 'v1,' }],
    ['with another id', { ...signed(BODY), 'webhook-id': 'msg_other' }],
    [
      'of another version',
      { ...signed(BODY), 'webhook-signature': signed(BODY)['webhook-signature'].replace('v1', 'v2') },
    ],
    ['that is nothing of the kind', { 'content-type': 'application/json' }],
  ])('%s starts nothing, and is answered as one for a workflow that is not there', async (_, headers) => {
    const { keep, call, sessions } = await serving();
    await keep();
    for (const id of [undefined, 'unknown', '__proto__']) {
      const { status, body } = await call(BODY, headers, id);
      expect({ status, error: (body as { error: object }).error }).toEqual({
        status: 401,
        error: { ...STRANGER, requestId: expect.any(String) },
      });
    }
    expect(await sessions()).toEqual([]);
  });

  it('starts nothing without a stored secret, with one that is none, or at a workflow of another kind', async () => {
    const { owner, call, sessions } = await serving();
    expect((await call(BODY, signed(BODY))).status).toBe(401);
    await owner.ask('POST', '/keys', { service: 'webhook', key: 'whsec_ä' });
    expect((await call(BODY, signed(BODY))).status).toBe(401);
    expect(await sessions()).toEqual([]);
    const manual = await serving({}, 'manual');
    await manual.keep();
    expect((await manual.call(BODY, signed(BODY))).status).toBe(401);
  });

  it('says what does not fit to a sender that is known', async () => {
    const { keep, call, sessions } = await serving();
    await keep();
    const said = async (text: string, more: object = {}) => {
      const { status, body } = await call(text, { ...signed(text), ...more });
      return [status, (body as { error: { message: string } }).error.message];
    };
    expect(await said('{"data": {}}')).toEqual([400, 'The input order (number) is missing.']);
    expect(await said('{"data": {"number": "x"}}')).toEqual([
      400,
      'The input order must be a number, not "x".',
    ]);
    expect(await said('{')).toEqual([400, 'The body is not valid JSON.']);
    expect((await said(`"${'x'.repeat(64_001)}"`))[0]).toBe(413);
    expect(await sessions()).toEqual([]);
  });

  it('brings nobody back who was erased, when it is sent again', async () => {
    const { owner, keep, call, sessions, app } = await serving({ contact: { phone: 'body.data.phone' } });
    await keep();
    const body = JSON.stringify({ data: { number: 7, phone: '+4930123456' } });
    await call(body, signed(body, { id: 'msg_1' }));
    await app.rest();
    const people = async () =>
      ((await owner.ask('GET', '/contacts')).body as { items: { id: string }[] }).items;
    const [ada] = await people();
    expect((await owner.ask('DELETE', `/contacts/${ada!.id}`)).status).toBe(204);
    expect((await call(body, signed(body, { id: 'msg_1' }))).status).toBe(202);
    expect([await sessions(), await people()]).toEqual([[], []]);
  });

  it('refuses another body under an id it has seen', async () => {
    const { keep, call } = await serving();
    await keep();
    await call(BODY, signed(BODY, { id: 'msg_1' }));
    const other = BODY.replace('7', '8');
    expect(await call(other, signed(other, { id: 'msg_1' }))).toMatchObject({
      status: 422,
      body: { error: { message: 'This webhook-id was used for another request. Use a new one.' } },
    });
  });

  it('is about a contact, found by the number or made', async () => {
    const { owner, keep, call, app } = await serving({
      contact: { phone: 'body.data.phone' },
    });
    await keep();
    const about = (phone?: string) => JSON.stringify({ data: { number: 7, ...(phone && { phone }) } });
    for (const phone of ['+4930123456', '+4930123456', undefined]) {
      const body = about(phone);
      expect((await call(body, signed(body))).status).toBe(202);
    }
    const wrong = about('030 1234');
    expect((await call(wrong, signed(wrong))).status).toBe(400);
    await app.rest();
    const { items } = (await owner.ask('GET', '/contacts')).body as {
      items: { id: string; phone: string }[];
    };
    expect(items).toEqual([expect.objectContaining({ phone: '+4930123456' })]);
    const { body } = await owner.ask('GET', `/contacts/${items[0]!.id}/sessions`);
    expect((body as { items: object[] }).items).toHaveLength(2);
  });

  it('is about a contact, found by the number as people write it, or by the e-mail address', async () => {
    const { owner, keep, call, app } = await serving({
      contact: { phone: 'body.data.phone', email: 'body.data.email' },
    });
    await keep();
    const phone = '+4930123456';
    const about = [
      { phone },
      { phone: '+49 (0)30 / 123-456' },
      { email: 'Ada@Example.com' },
      { email: 'ada@example.com' },
    ];
    for (const who of about) {
      const body = JSON.stringify({ data: { number: 7, ...who } });
      expect((await call(body, signed(body))).status).toBe(202);
    }
    const wrong = JSON.stringify({ data: { number: 7, email: 'nobody' } });
    expect((await call(wrong, signed(wrong))).status).toBe(400);
    await app.rest();
    const { items } = (await owner.ask('GET', '/contacts')).body as {
      items: { phone: string | null; email: string | null }[];
    };
    expect(items.map(({ phone: number, email }) => number ?? email).sort()).toEqual([
      phone,
      'ada@example.com',
    ]);
  });

  it('is not needed: the workflow can be started by hand with its inputs', async () => {
    const { owner, id } = await serving();
    const { status, body } = await owner.ask('POST', '/sessions', {
      workflowId: id,
      variables: { order: 3 },
    });
    expect([status, (body as { session: object }).session]).toEqual([
      201,
      expect.objectContaining({ variables: { order: 3, who: 'nobody' } }),
    ]);
  });
});

it.each([
  [{ set: { other: 'body' } }, 'start, set.other: other is no declared input'],
  [{ set: { order: 'who' } }, 'start, set.order: there is only body yet, and no who'],
  [
    { key: 'a-secret' },
    'start, key: a key is named as it was stored, webhook or http:crm; the secret itself stays out of the file',
  ],
])('names what is wrong with a webhook trigger before anyone calls: %j', (data, message) => {
  expect(problems(fromFile(workflow(data), 'w'))).toContainEqual(expect.objectContaining({ message }));
});

const waiting = {
  name: 'waits',
  settings: { language: 'de' },
  nodes: [
    { id: 'start', type: 'trigger' },
    {
      id: 'wait',
      type: 'integration',
      data: { kind: 'webhook_wait', urlAs: 'url', within: { days: 1 }, saveAs: 'sent' },
    },
  ],
  edges: ['start -> wait'],
};

describe('an address that a session waits at', () => {
  async function opened() {
    const server = await begin({ world: testWorld(), publicUrl: 'https://crm.example.com' });
    const api = server.app.as(server.owner);
    const { id: workflowId } = await api.workflows.create(fromFile(waiting, 'w'));
    const { session } = await api.sessions.start({ workflowId });
    const read = async () => {
      await server.app.rest();
      return api.sessions.get({ id: session.id });
    };
    const path = new URL(String((await read()).variables!['url'])).pathname.replace('/api', '');
    return { ...server, path, read };
  }

  it('takes one POST, and shows a system that it was taken', async () => {
    const { guest, path, read } = await opened();
    expect(await guest('POST', `${path}?by=bank`, { state: 'paid' })).toMatchObject({
      status: 202,
      body: { received: true },
    });
    expect(await read()).toMatchObject({
      status: 'finished',
      variables: { sent: { body: { state: 'paid' }, query: { by: 'bank' } } },
    });
    expect((await guest('POST', path, {})).status).toBe(404);
  });

  it('is called by nobody who only looks: a person presses a button, in the language of the workflow', async () => {
    const { guest, path, read } = await opened();
    const page = await guest('GET', path, undefined, { accept: 'text/html' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.body).toContain('<form method="post"><button>Weiter</button></form>');
    await guest('HEAD', path);
    expect((await read()).status).toBe('waiting');
    // As a browser sends it from that page.
    const pressed = await guest('POST', path, '', {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://crm.example.com',
    });
    expect([pressed.status, pressed.body]).toEqual([200, expect.stringContaining('Vielen Dank')]);
    expect((await read()).status).toBe('finished');
    const over = await guest('GET', path, undefined, { accept: 'text/html' });
    expect([over.status, over.body]).toEqual([404, expect.stringContaining('Nothing waits at this address')]);
    expect((await guest('POST', path, '', { accept: 'text/html' })).status).toBe(404);
  });

  it.each([
    ['more than 64,000 bytes', 'x'.repeat(64_001), { 'content-type': 'text/plain' }, 413],
    ['no JSON where it says so', '{', {}, 400],
    ['what nests a thousand deep', `${'['.repeat(1000)}${']'.repeat(1000)}`, {}, 413],
  ])('refuses %s and waits on', async (_, body, headers, status) => {
    const { guest, path, read } = await opened();
    expect((await guest('POST', path, body, headers)).status).toBe(status);
    expect((await read()).status).toBe('waiting');
  });

  it('answers no other method, and is in no note of the server', async () => {
    const noted: string[] = [];
    const note = (fields: object, sentence: string) => void noted.push(JSON.stringify([fields, sentence]));
    const world = testWorld();
    const { guest } = await begin({ world, logger: { info: note, warn: note, error: note } });
    expect((await guest('PUT', '/hooks/wait/the-token', {})).status).toBe(405);
    expect((await guest('POST', '/hooks/wait/the-token', {})).status).toBe(404);
    expect(noted.join()).toContain('/api/hooks/wait/:token');
    expect(noted.join()).not.toContain('the-token');
  });
});
