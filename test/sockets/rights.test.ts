import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '@crmflow/core';
import { ask, begin, connect, say, start, twoQuestions, upTo, type Payload } from './kit.ts';

/** A refusal without what differs at every call. */
const bare = (error: ErrorBody | undefined, id: string) => {
  const { requestId: _requestId, ...rest } = error!;
  return JSON.parse(JSON.stringify(rest).replaceAll(id, 'ID')) as Payload;
};

describe('the handshake', () => {
  it('refuses a token that is no login of ours, with the body of every refusal', async () => {
    const { url, register } = await begin();
    const { token } = await register();
    const [head, body, signature] = token.split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const forged = [
      'a.b.c',
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${head}.${body}.${signature!.slice(0, -4)}AAAA`,
    ];
    for (const bad of [...forged, 7, {}, ['x'], true])
      await expect(connect(url, { token: bad })).rejects.toMatchObject({
        data: { code: 'unauthenticated', message: expect.any(String), requestId: expect.any(String) },
      });
  });

  it('lets guests in, whatever else their handshake says', async () => {
    const { url } = await begin();
    for (const auth of [{}, { token: null }, { user: 'ada' }])
      expect((await connect(url, auth)).socket.connected).toBe(true);
  });

  it.each(['websocket', 'polling'])('refuses an origin that is not allowed, by %s', async (transport) => {
    const { url } = await begin({
      isOriginAllowed: ({ headers }) => headers.origin === 'https://good.example',
    });
    const from = (origin: string) => connect(url, {}, { transports: [transport], extraHeaders: { origin } });
    expect((await from('https://good.example')).socket.connected).toBe(true);
    await expect(from('https://evil.example')).rejects.toThrow();
    await expect(from('null')).rejects.toThrow();
  });

  it('gives a browser leave to read the answers of a polling handshake only from an allowed origin', async () => {
    const { url } = await begin({
      isOriginAllowed: ({ headers }) => headers.origin === 'https://good.example',
    });
    const from = (origin: string) =>
      fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    const [good, evil] = [await from('https://good.example'), await from('https://evil.example')];
    expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://good.example',
    ]);
    expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

describe('a login that dies', () => {
  it('is refused at its next event and hung up, when its password was changed', async () => {
    const { connect, register } = await begin();
    const { token, api, password } = await register();
    const client = await connect({ token });
    await api.auth.changePassword({ currentPassword: password, newPassword: 'a better horse battery' });
    const { error } = await client.call('session:end');
    expect(error).toMatchObject({ code: 'unauthenticated' });
    await client.until(() => client.socket.disconnected);
    expect(client.all('error:api')).toMatchObject([{ code: 'unauthenticated' }]);
  });

  it('is hung up though it only listens, when its account is closed', async () => {
    const { url, connect: open, register } = await begin({ recheckMs: 20 });
    const { token, api } = await register();
    const [client, witness] = [await open({ token }), await open()];
    await api.auth.close({});
    await client.until(() => client.socket.disconnected);
    expect(client.all('error:api')).toMatchObject([{ code: 'unauthenticated' }]);
    expect(witness.socket.connected).toBe(true);
    await expect(connect(url, { token })).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });
});

describe('session:start', () => {
  it('answers a private workflow exactly as an unknown one', async () => {
    const { keep, connect, register } = await begin();
    const { api } = await register();
    const id = await keep({ ...twoQuestions, isPublic: false }, api);
    const { token } = await register('bob');
    for (const auth of [{}, { token }]) {
      const client = await connect(auth);
      const there = await client.call('session:start', { workflowId: id });
      const nowhere = await client.call('session:start', { workflowId: 'nowhere' });
      expect(bare(there.error, id)).toEqual(bare(nowhere.error, 'nowhere'));
      expect(client.names()).toEqual(['error:api', 'error:api']);
    }
  });

  it('never trusts userId: it is who is logged in, or refused', async () => {
    const { keep, connect, register } = await begin();
    const workflowId = await keep(twoQuestions);
    const [ada, bob] = [await register('ada'), await register('bob')];
    const [guest, login] = [await connect(), await connect({ token: bob.token })];
    for (const client of [guest, login]) {
      const { error } = await client.call('session:start', { workflowId, userId: ada.userId });
      expect(error).toMatchObject({ code: 'forbidden' });
      expect(client.names()).toEqual(['error:api']);
    }
    expect(await login.call('session:start', { workflowId, userId: bob.userId })).toMatchObject({ ok: true });
  });
});

describe('a visitor', () => {
  it('moves nothing by naming a node that is not at hand, or by bringing one along', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep({
      nodes: [start, ask('name', 'Your name?'), say('bye', 'Bye.')],
      edges: ['start -> name', 'name -> bye'],
    });
    const client = await connect();
    const { data } = await client.call('session:start', { workflowId });
    const before = await client.call('session:resume', { sessionId: data!.session.id, lastSeq: 1 });
    for (const [event, payload, code] of [
      ['node:execute', { nodeId: 'bye' }, 'conflict'],
      ['node:execute', { nodeId: 'nowhere' }, 'conflict'],
      ['workflow:advance', { fromNodeId: 'name' }, 'conflict'],
      ['workflow:advance', { fromNodeId: 'start' }, 'conflict'],
      ['node:execute', { nodeId: 'start', node: say('start', 'Mine.') }, 'invalid_input'],
      ['node:execute', { nodeId: say('start', 'Mine.') }, 'invalid_input'],
      ['user:message', { message: 'early' }, 'conflict'],
    ] as const)
      expect([event, (await client.call(event, payload)).error?.code]).toEqual([event, code]);
    const after = await client.call('session:resume', { sessionId: data!.session.id, lastSeq: 1 });
    expect(after).toEqual(before);
  });

  it('moves nowhere by node:execute, where the owner of the workflow may try any node out', async () => {
    const { keep, connect, register } = await begin();
    const { token, api } = await register();
    const workflowId = await keep(twoQuestions, api);
    const [visitor, author] = [await connect(), await connect({ token })];
    const { data } = await visitor.call('session:start', { workflowId });
    await author.call('session:resume', { sessionId: data!.session.id });
    expect((await visitor.call('node:execute', { nodeId: 'town' })).error).toMatchObject({
      code: 'conflict',
    });
    expect((await author.call('node:execute', { nodeId: 'nowhere' })).error).toMatchObject({
      code: 'conflict',
    });
    expect((await author.call('node:execute', { nodeId: 'town' })).data!.session).toMatchObject({
      nodeId: 'town',
    });
    expect(await visitor.nth('workflow:node_activated')).toMatchObject({ node: { id: 'town' } });
    await visitor.call('user:message', { message: 'Paris' });
    await author.call('node:execute', { nodeId: 'bye' });
    await author.call('workflow:advance', { fromNodeId: 'bye' });
    expect(visitor.said()).toEqual(['Your town?', 'Paris', 'Bye,  of Paris.']);
    expect(visitor.seqs()).toEqual(upTo(visitor.heard.length - 1));
    expect(author.names().at(-1)).toBe('workflow:finished');
  });

  it('cannot touch a session of another by its id, which is answered as an unknown one', async () => {
    const { keep, connect, register } = await begin();
    const workflowId = await keep(twoQuestions);
    const [ada, bob, carol] = [
      await connect(),
      await connect(),
      await connect({ token: (await register()).token }),
    ];
    const [hers, his] = [
      await ada.call('session:start', { workflowId, mode: 'auto' }),
      await bob.call('session:start', { workflowId, mode: 'auto' }),
    ];
    const id = hers.data!.session.id;
    const calls = (sessionId: string): [string, Payload][] => [
      ['session:resume', { sessionId, lastSeq: 0 }],
      ['session:resume', { sessionId, token: his.data!.token }],
      ['session:resume', { sessionId, token: '' }],
      ['node:execute', { sessionId, nodeId: 'name' }],
      ['user:message', { sessionId, message: 'Eve' }],
      ['workflow:advance', { sessionId, fromNodeId: 'name' }],
      ['session:end', { sessionId }],
    ];
    for (const stranger of [bob, carol])
      for (const [at, [event, payload]] of calls(id).entries()) {
        const there = await stranger.call(event, payload);
        const nowhere = await stranger.call(...calls('nowhere')[at]!);
        expect(bare(there.error, id)).toEqual(bare(nowhere.error, 'nowhere'));
        expect(there.error!.code).toBe('not_found');
      }
    await ada.call('user:message', { message: 'Ada' });
    expect(ada.said()).toEqual(['Your name?', 'Ada', 'Your town?']);
    expect(bob.said()).toEqual(['Your name?']);
    expect(carol.seqs()).toEqual([]);
  });

  it('comes back with the token alone, in the event or in the handshake', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep(twoQuestions);
    const first = await connect();
    const { data } = await first.call('session:start', { workflowId, mode: 'auto' });
    const { session, token } = data!;
    first.socket.disconnect();
    const [one, two] = [await connect(), await connect({ token: token! })];
    expect((await one.call('session:resume', { sessionId: session.id, token })).ok).toBe(true);
    expect((await two.call('session:resume', { sessionId: session.id })).ok).toBe(true);
    await one.call('user:message', { message: 'Ada' });
    await two.call('user:message', { message: 'Paris' });
    expect(one.said()).toEqual(two.said());
    expect(one.said().at(-1)).toBe('Bye, Ada of Paris.');
  });
});

describe('a session', () => {
  it('that goes round for ever fails with a reason, and others go on', async () => {
    const { keep, connect } = await begin();
    const workflowId = await keep({
      nodes: [start, ask('go', 'Again?')],
      edges: ['start -> go', 'go -> go'],
      settings: { limits: { stepsPerSession: 10 } },
    });
    const [loops, other] = [await connect(), await connect()];
    await loops.call('session:start', { workflowId, mode: 'auto' });
    await other.call('session:start', { workflowId, mode: 'auto' });
    for (const messageId of upTo(10)) {
      loops.socket.emit('user:message', { message: 'Yes', messageId: String(messageId) });
    }
    const finished = await loops.nth('workflow:finished');
    expect(finished).toMatchObject({ outcome: 'failed', reason: expect.any(String) });
    expect((await loops.call('user:message', { message: 'More' })).error).toMatchObject({ code: 'conflict' });
    expect((await other.call('user:message', { message: 'Yes' })).ok).toBe(true);
  });

  it('of a workflow that is deleted comes to an end that its visitor is told', async () => {
    const { keep, connect, app, owner } = await begin();
    const workflowId = await keep(twoQuestions);
    const client = await connect();
    await client.call('session:start', { workflowId, mode: 'auto' });
    await app.as(owner).workflows.remove({ id: workflowId });
    expect(await client.nth('workflow:finished')).toMatchObject({ outcome: 'deleted' });
    expect((await client.call('user:message', { message: 'Ada' })).error).toMatchObject({ code: 'conflict' });
    expect((await client.call('session:start', { workflowId })).error).toMatchObject({ code: 'not_found' });
  });
});
