import { io } from 'socket.io-client';
import { fromFile } from '@crmflow/core';
import type { Http } from '../../packages/core/src/ports.ts';
import { testWorld, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { begin, refusal, type Ask } from '../server/kit.ts';

const start = { id: 'start', type: 'trigger' } as const;
const listen = { id: 'name', type: 'listen', data: { prompt: 'Name?', saveAs: 'name' } } as const;
const talk: Sketch = { nodes: [start, listen], edges: ['start -> name'] };
const bodyOf = (sketch: Sketch, more: object = {}) => ({
  ...fromFile({ name: 'talk', ...sketch }, 'the sketch'),
  ...more,
});

async function keep(ask: Ask, sketch: Sketch, more: object = {}): Promise<string> {
  const { status, body } = await ask('POST', '/workflows', bodyOf(sketch, more));
  expect(status).toBe(201);
  return (body as { id: string }).id;
}
async function people(options: Parameters<typeof begin>[0] = {}) {
  const server = await begin(options);
  return { ...server, owner: await server.register('owner'), stranger: await server.register('stranger') };
}
/** What an answer says with this id in it, whatever the id is. */
const without = (id: string, answer: Awaited<ReturnType<Ask>>) =>
  JSON.stringify([answer.status, answer.body])
    .replaceAll(id, 'ID')
    .replace(/"requestId":"[^"]+"/, '');

describe("somebody else's things inside one's own", () => {
  const calls = (workflow: string): Sketch => ({
    nodes: [start, { id: 'sub', type: 'logic', data: { kind: 'subflow', workflow } }],
    edges: ['start -> sub'],
  });

  it('a workflow of theirs, called from mine, is one that is not there: when it is saved and when it runs', async () => {
    const { owner, stranger } = await people();
    const theirs = await keep(owner.ask, talk, { isPublic: true });
    const [foreign, unknown] = [
      await stranger.ask('POST', '/workflows', bodyOf(calls(theirs))),
      await stranger.ask('POST', '/workflows', bodyOf(calls('unknown'))),
    ];
    const problems = ({ body }: typeof foreign) => (body as { problems: { message: string }[] }).problems;
    expect(JSON.stringify(problems(foreign)).replaceAll(theirs, 'ID')).toBe(
      JSON.stringify(problems(unknown)).replaceAll('unknown', 'ID'),
    );
    const run = (answer: typeof foreign) =>
      stranger.ask('POST', '/sessions', { workflowId: (answer.body as { id: string }).id });
    expect((await run(foreign)).status).toBe(422);
    expect(without(theirs, await run(foreign))).toBe(without('unknown', await run(unknown)));
  });

  it('a workflow of theirs by its name is not found either', async () => {
    const { owner, stranger } = await people();
    await keep(owner.ask, talk, { isPublic: true, name: 'prices' });
    const id = await keep(stranger.ask, calls('prices'));
    expect((await stranger.ask('POST', '/sessions', { workflowId: id })).status).toBe(422);
    expect((await stranger.ask('GET', '/workflows/find?name=prices')).status).toBe(404);
  });

  it('knowledge of theirs answers nothing, named by its id, searched or asked in a workflow', async () => {
    const { owner, stranger } = await people();
    const hours = { question: 'When are you open?', answer: 'Daily from seven to nine.' };
    const { body } = await owner.ask('POST', '/knowledge/manual', hours);
    const { id } = body as { id: string };
    const ask = (knowledge: unknown) =>
      stranger.ask('POST', '/ai/generate', { prompt: hours.question, knowledge });
    expect(without(id, await ask([id]))).toBe(without(id, await ask(['unknown'])));
    expect(JSON.stringify((await ask(true)).body)).not.toContain('seven');
    expect((await stranger.ask('GET', '/knowledge/search?q=open')).body).toEqual({
      items: [],
      nextCursor: null,
    });
    const workflowId = await keep(stranger.ask, {
      nodes: [start, { id: 'ai', type: 'ai', data: { question: hours.question, threshold: 0 } }],
      edges: ['start -> ai'],
    });
    const run = await stranger.ask('POST', '/sessions', { workflowId });
    expect(run.status).toBe(201);
    expect(JSON.stringify(run.body)).not.toContain('seven');
  });

  it('a key of theirs is not there: neither read, listed nor deleted', async () => {
    const { owner, stranger } = await people();
    await owner.ask('POST', '/keys', { service: 'gemini', key: 'a key of the owner' });
    expect((await stranger.ask('GET', '/keys')).body).toEqual({ items: [], nextCursor: null });
    expect((await stranger.ask('DELETE', '/keys/gemini')).status).toBe(404);
    expect((await owner.ask('GET', '/keys')).body).toMatchObject({ items: [{ service: 'gemini' }] });
  });
});

describe('a clone', () => {
  const http = (data: object) => ({ id: 'call', type: 'integration', data }) as const;
  const calling: Sketch = {
    nodes: [
      start,
      http({
        url: 'https://api.example.com/leads',
        headers: {
          authorization: 'Bearer sk-live-written-out',
          'x-api-key': 'k-written-out',
          cookie: 'sid=written-out',
          'x-auth-token': 'prefix-{{ name }}-written-out',
          'x-token': '{{ "written-out" }}',
          'x-filled-token': 'Bearer {{ token }}',
          'idempotency-key': 'once',
          accept: 'application/json',
        },
        query: { api_key: 'q-written-out', page: '1' },
      }),
      {
        id: 'answer',
        type: 'ai',
        data: {
          tools: [
            {
              name: 'orders',
              description: 'All orders.',
              url: 'https://api.example.com/orders',
              key: 'http:shop',
              headers: { 'x-api-key': 'sk-written-out', accept: 'application/json' },
              query: { token: 't-written-out', page: '1' },
            },
          ],
        },
      },
    ],
    edges: ['start -> call', 'call -> answer'],
  };

  it("of somebody else's workflow is refused as of an unknown one, though it is public", async () => {
    const { owner, stranger } = await people();
    for (const isPublic of [true, false]) {
      const id = await keep(owner.ask, talk, { isPublic });
      const clone = (of: string) => stranger.ask('POST', `/workflows/${of}/clone`, {});
      expect(refusal(await clone(id)).status).toBe(404);
      expect(without(id, await clone(id))).toBe(without('unknown', await clone('unknown')));
    }
  });

  it('carries no credential that is written out in a request, and all the rest', async () => {
    const { owner } = await people();
    const id = await keep(owner.ask, calling, { isPublic: true });
    const { status, body } = await owner.ask('POST', `/workflows/${id}/clone`, { name: 'copy' });
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toContain('written-out');
    const copy = body as { id: string; isPublic: boolean; nodes: unknown[]; edges: unknown[] };
    const original = (await owner.ask('GET', `/workflows/${id}`)).body as typeof copy;
    expect(copy).toMatchObject({ name: 'copy', isPublic: false, edges: original.edges });
    expect(copy.id).not.toBe(id);
    expect(copy.nodes).toMatchObject([
      { id: 'start' },
      {
        id: 'call',
        data: {
          url: 'https://api.example.com/leads',
          headers: {
            'x-filled-token': 'Bearer {{ token }}',
            'idempotency-key': 'once',
            accept: 'application/json',
          },
          query: { page: '1' },
        },
      },
      {
        id: 'answer',
        data: {
          tools: [{ key: 'http:shop', headers: { accept: 'application/json' }, query: { page: '1' } }],
        },
      },
    ]);
    expect(JSON.stringify(original)).toContain('sk-live-written-out');
  });

  it('of a template carries none either', async () => {
    const shipped = [{ ...fromFile({ name: 'shipped', ...calling }, 'the sketch'), id: 'shipped' }];
    const { owner } = await people({ world: testWorld({ shipped }) });
    const { status, body } = await owner.ask('POST', '/workflows/shipped/clone', {});
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toContain('written-out');
  });
});

describe('an import', () => {
  const node = (id: number) => ({ id: `n${id}`, type: 'speak', data: { text: 'Hello.' } });
  const many = (count: number) => Array.from({ length: count }, (_, id) => node(id));

  /** A world that counts what it asks of the outside. */
  async function counting() {
    let asked = 0;
    const count = () => {
      asked += 1;
      return Promise.reject(new Error('no network'));
    };
    const http: Http = { send: count, stream: count };
    const { owner } = await people({ world: testWorld({ http }) });
    return { ask: owner.ask, asked: () => asked };
  }

  it.each([
    ['an unknown type', { nodes: [{ id: 'x', type: 'shell', data: {} }] }, 400],
    ['data that is no object', { nodes: [{ id: 'x', type: 'speak', data: 'rm -rf' }] }, 400],
    ['5,001 nodes', { nodes: many(5_001) }, 400],
    ['two nodes of one id', { nodes: [node(1), node(1)] }, 400],
    ['a node called constructor', { nodes: [{ ...node(1), id: 'constructor' }] }, 400],
    ['11 MB', { nodes: [{ ...node(1), data: { text: 'x'.repeat(11_000_000) } }] }, 413],
    ['a field nobody knows', { nodes: [], code: 'process.exit()' }, 400],
    [
      'an unknown kind, which is a problem',
      { nodes: [{ id: 'x', type: 'ai', data: { kind: 'eval' } }] },
      201,
    ],
    ['an edge to nothing, which is a problem', { edges: [{ sourceNodeId: 'a', targetNodeId: 'b' }] }, 201],
    ['5,000 nodes', { nodes: many(5_000) }, 201],
  ])('of %s is looked at and runs nothing', async (_what, graph, status) => {
    const { ask, asked } = await counting();
    const answer = await ask('POST', '/workflows', { name: 'import', ...graph });
    expect([answer.status, asked()]).toEqual([status, 0]);
    if (status === 201) {
      const { problems } = answer.body as { problems: unknown[] };
      expect(problems.length).toBeGreaterThan(0);
    }
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'of data under the name %s changes no object',
    async (name) => {
      const { ask } = await counting();
      const text = JSON.stringify({ name: 'import', nodes: [{ id: 'x', type: 'speak', data: {} }] });
      const { status } = await ask('POST', '/workflows', text.replace('{}', `{"${name}":{"polluted":1}}`));
      expect(status).toBe(name === '__proto__' ? 400 : 201);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    },
  );
});

describe('what a visitor is shown of a workflow', () => {
  const HIDDEN = ['hidden-prompt', 'hidden.example', 'hidden-header', 'hidden-question', 'hidden-variable'];
  const sketch: Sketch = {
    nodes: [
      { id: 'start', type: 'trigger', label: 'Begin' },
      { id: 'set', type: 'logic', data: { kind: 'set', values: { internal: '"hidden-variable"' } } },
      {
        id: 'ai',
        type: 'ai',
        label: 'Think',
        data: { system: 'hidden-prompt', question: 'hidden-question' },
      },
      {
        id: 'call',
        type: 'integration',
        label: 'Look up',
        data: { url: 'https://hidden.example/leads', headers: { 'x-api-key': 'hidden-header' } },
      },
      { id: 'name', type: 'listen', label: 'Ask', data: { prompt: 'Name?', saveAs: 'name' } },
    ],
    edges: [
      'start -> set',
      'set -> ai',
      'ai -> call',
      'ai.not_found -> call',
      'call.error -> name',
      'call -> name',
    ],
  };

  it('is made from a list of what may be seen: no prompt, address, header, variable or owner', async () => {
    const { owner, guest, url, userId } = await people().then((all) => ({
      ...all,
      userId: all.owner.userId,
    }));
    const workflowId = await keep(owner.ask, sketch, { isPublic: true });
    const seen: unknown[] = [];

    const started = (await guest('POST', '/sessions', { workflowId })).body as {
      session: { id: string };
      token: string;
    };
    const visitor = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${url}/api/sessions/${started.session.id}${path}`, {
        method,
        headers: { authorization: `Bearer ${started.token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(response.status).toBe(200);
      seen.push(await response.text());
    };
    seen.push(started);
    for (const path of ['', '/messages', '/events']) await visitor('GET', path);
    await visitor('POST', '/messages', { message: 'Ada' });
    await visitor('GET', '/events');

    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    onTestFinished(() => void socket.disconnect());
    socket.onAny((event, payload) => seen.push([event, payload]));
    const call = (event: string, payload: unknown) =>
      socket.emitWithAck(event, payload) as Promise<{ data?: { session: { nodeId: string } } }>;
    let at = (await call('session:start', { workflowId, mode: 'step' })).data!.session.nodeId;
    for (const _ of sketch.nodes) {
      await call('node:execute', { nodeId: at });
      const left = await call('workflow:advance', { fromNodeId: at });
      at = left.data?.session.nodeId ?? at;
    }
    expect(at).toBe('name');

    const text = JSON.stringify(seen);
    for (const hidden of [...HIDDEN, userId]) expect(text).not.toContain(hidden);
    const nodes = seen.flatMap((each) =>
      Array.isArray(each) && each[0] === 'workflow:node_activated'
        ? [(each[1] as { node: object }).node]
        : [],
    );
    expect(nodes.at(-1)).toMatchObject({ id: 'name', type: 'listen', label: 'Ask' });
    for (const node of nodes)
      expect(Object.keys(node).filter((key) => !['id', 'kind', 'label', 'type'].includes(key))).toEqual([]);
  });
});

describe('what a visitor reads of a failure', () => {
  it('is that there was one: neither where nor why', async () => {
    const { owner, guest, asking } = await people();
    const failing: Sketch = {
      nodes: [start, { id: 'call', type: 'integration', data: { url: 'https://hidden.example:8443/leads' } }],
      edges: ['start -> call'],
    };
    const workflowId = await keep(owner.ask, failing, { isPublic: true });
    const started = await guest('POST', '/sessions', { workflowId });
    expect(started.status).toBe(201);
    const { session, token } = started.body as { session: { id: string }; token: string };
    const visitor = asking(token);
    const path = `/sessions/${session.id}`;
    const seen = [started.body];
    for (const of of ['', '/messages', '/events']) seen.push((await visitor('GET', path + of)).body);
    expect(seen[1]).toMatchObject({ status: 'failed', reason: 'Something went wrong.' });
    expect(JSON.stringify(seen)).not.toMatch(/hidden|8443|no network/);
    expect((await owner.ask('GET', path)).body).toMatchObject({
      reason: expect.stringContaining('no network') as string,
    });
  });
});

describe('two saves on top of one revision', () => {
  it('end with one kept and one refused with what is there now, though they come at once', async () => {
    const { owner } = await people();
    const id = await keep(owner.ask, talk);
    const read = await owner.ask('GET', `/workflows/${id}`);
    const ifMatch = { 'if-match': read.headers.get('etag')! };
    const saves = await Promise.all(
      ['one', 'two', 'three'].map((name) => owner.ask('PUT', `/workflows/${id}`, { name }, ifMatch)),
    );
    const kept = saves.filter(({ status }) => status === 200);
    const lost = saves.filter(({ status }) => status === 412);
    expect([kept.length, lost.length]).toEqual([1, 2]);
    const { body, headers } = await owner.ask('GET', `/workflows/${id}`);
    expect(body).toEqual(kept[0]!.body);
    expect(headers.get('etag')).not.toBe(read.headers.get('etag'));
    for (const answer of lost)
      expect(answer.body).toMatchObject({
        error: { code: 'stale', details: { current: { name: (body as { name: string }).name } } },
      });
  });
});
