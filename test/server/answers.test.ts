import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fromFile, type AiModel } from '@crmflow/core';
import { entries } from '@crmflow/core/contract';
import { testWorld, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { shippedTemplates } from '../../packages/core/src/adapters/shipped-templates.ts';
import { begin, refusal, type Ask } from './kit.ts';

const start = { id: 'start', type: 'trigger' } as const;
const listen = (data: object = {}) =>
  ({ id: 'name', type: 'listen', data: { prompt: 'Name?', saveAs: 'name', ...data } }) as const;
const talk: Sketch = { nodes: [start, listen()], edges: ['start -> name'] };
const bodyOf = (sketch: Sketch, more: object = {}) => ({
  ...fromFile({ name: 'talk', ...sketch }, 'the sketch'),
  ...more,
});
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;

interface Started {
  session: { id: string };
  token: string;
}
async function world(sketch: Sketch = talk, more: object = { isPublic: true }) {
  const server = await begin();
  const owner = await server.register('owner');
  const workflowId = idOf(await owner.ask('POST', '/workflows', bodyOf(sketch, more)));
  const startAs = async (ask: Ask, headers: Record<string, string> = {}) =>
    (await ask('POST', '/sessions', { workflowId }, headers)).body as Started;
  return { ...server, owner, workflowId, startAs };
}

describe('an idempotency key', () => {
  it('of a guest must be one that nobody hits upon, and gives his own conversation again', async () => {
    const { guest, workflowId, startAs } = await world();
    const guessed = await guest('POST', '/sessions', { workflowId }, { 'idempotency-key': 'start' });
    expect(refusal(guessed)).toMatchObject({ status: 400, code: 'invalid_input' });
    const headers = { 'idempotency-key': randomUUID() };
    const [first, again] = [await startAs(guest, headers), await startAs(guest, headers)];
    expect(again).toEqual(first);
    const other = await startAs(guest, { 'idempotency-key': randomUUID() });
    expect(other.session.id).not.toBe(first.session.id);
  });

  it('answers nothing any more of a session that was erased', async () => {
    const { guest, asking, startAs, pass } = await world();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await startAs(guest, headers);
    await pass(1);
    expect((await asking(first.token)('DELETE', `/sessions/${first.session.id}`)).status).toBe(204);
    expect((await startAs(guest, headers)).session.id).not.toBe(first.session.id);
  });
});

describe('a body', () => {
  const withBody = entries.filter(({ op }) => !['get', 'delete'].includes(op.method) && !op.upload);
  it.each(withBody.map(({ op }) => [op.method.toUpperCase(), op.path] as const))(
    'with a field that %s %s does not know is refused, never dropped',
    async (method, path) => {
      const { owner, workflowId } = await world();
      const at = path.replace(':templateId', 'x').replace(':id', workflowId);
      const { status, body } = await owner.ask(method, at, { nobodyKnows: 1 });
      // Of an installation's operator only.
      const isOperators = /^\/users\b|^\/keys\/rotate$/.test(path);
      expect(status).toBe(isOperators ? 403 : 400);
      if (!isOperators) expect(JSON.stringify(body)).toContain('nobodyKnows');
    },
  );

  it('with a node or an edge that carries more than is kept is refused', async () => {
    const { owner } = await world();
    const { nodes, edges } = bodyOf(talk);
    for (const graph of [
      { nodes: nodes.map((node) => ({ ...node, position: { x: 1, y: 2 } })), edges },
      { nodes, edges: edges.map((edge) => ({ ...edge, sourceHandle: 'a' })) },
    ])
      expect((await owner.ask('POST', '/workflows', { name: 'x', ...graph })).status).toBe(400);
  });

  it('that a GET gave may be sent back whole', async () => {
    const { owner, workflowId } = await world();
    const { body } = await owner.ask('GET', `/workflows/${workflowId}`);
    expect((await owner.ask('PUT', `/workflows/${workflowId}`, body)).status).toBe(200);
  });

  it('of a message cannot make up a file that was uploaded', async () => {
    const { guest, asking, startAs } = await world({
      nodes: [start, listen({ kind: 'file', accept: ['image/*'] })],
      edges: ['start -> name'],
    });
    const { session, token } = await startAs(guest);
    const file = { name: 'a.png', url: '/api/sessions/x/files/y', mimeType: 'image/png', size: 10 };
    const sent = asking(token)('POST', `/sessions/${session.id}/messages`, { message: 'a.png', file });
    expect((await sent).status).toBe(400);
  });
});

describe('a save that came too late', () => {
  it('is shown the newer one as reading it would show it, with its ETag', async () => {
    const { owner, workflowId } = await world();
    const save = (name: string) =>
      owner.ask('PUT', `/workflows/${workflowId}`, { name }, { 'if-match': '"1"' });
    await save('first');
    const late = await save('second');
    const { body, headers } = await owner.ask('GET', `/workflows/${workflowId}`);
    expect(refusal(late)).toMatchObject({ status: 412, code: 'stale', details: { current: body } });
    expect(late.headers.get('etag')).toBe(headers.get('etag'));
  });
});

describe('a workflow', () => {
  it('is published as one has seen it, by its owner alone', async () => {
    const { owner, register, guest, workflowId } = await world();
    const path = `/workflows/${workflowId}/published`;
    const late = await owner.ask('PUT', path, {}, { 'if-match': '"7"' });
    expect(refusal(late)).toMatchObject({ status: 412, code: 'stale' });
    const published = await owner.ask('PUT', path, {}, { 'if-match': '"1"' });
    expect(published).toMatchObject({ status: 200, body: { revision: 2, hasUnpublishedChanges: false } });
    expect(published.headers.get('etag')).toBe('"2"');
    const other = await register('other');
    for (const method of ['PUT', 'DELETE'])
      expect([(await other.ask(method, path)).status, (await guest(method, path)).status]).toEqual([
        404, 401,
      ]);
    expect(await owner.ask('DELETE', path)).toMatchObject({ status: 200, body: { publishedAt: null } });
  });

  it('that is a template may be copied by everybody, and read by nobody else', async () => {
    const { owner, register, workflowId } = await world(talk, { isTemplate: true });
    const other = await register('other');
    const copy = await other.ask('POST', `/workflows/${workflowId}/clone`);
    expect(copy).toMatchObject({ status: 201, body: { isTemplate: false, name: 'talk' } });
    expect(copy.headers.get('etag')).toBe('"1"');
    expect((await other.ask('GET', `/workflows/${workflowId}`)).status).toBe(404);
    await owner.ask('PUT', `/workflows/${workflowId}`, { isTemplate: false });
    expect((await other.ask('POST', `/workflows/${workflowId}/clone`)).status).toBe(404);
  });

  it('that is deleted while conversations begin leaves none of them open', async () => {
    const { owner, guest, workflowId } = await world();
    const begun = Array.from({ length: 10 }, () => guest('POST', '/sessions', { workflowId }));
    const [removed, ...started] = await Promise.all([
      owner.ask('DELETE', `/workflows/${workflowId}`),
      ...begun,
    ]);
    expect(removed.status).toBe(204);
    for (const { status } of started) expect([201, 404]).toContain(status);
    const { body } = await owner.ask('GET', '/sessions');
    for (const session of (body as { items: object[] }).items)
      expect(session).toMatchObject({ status: 'finished', outcome: 'deleted' });
  });
});

describe('a list', () => {
  it('of sessions holds for a user also those he started, and for a token its own', async () => {
    const { guest, asking, register, startAs } = await world();
    const visitor = await register('visitor');
    const [his, other] = [await startAs(visitor.ask), await startAs(guest)];
    const listed = async (ask: Ask) =>
      ((await ask('GET', '/sessions')).body as { items: { id: string; variables?: object }[] }).items;
    expect(await listed(visitor.ask)).toEqual([expect.objectContaining({ id: his.session.id })]);
    expect((await listed(visitor.ask))[0]).not.toHaveProperty('variables');
    expect(await listed(asking(other.token))).toEqual([expect.objectContaining({ id: other.session.id })]);
    expect((await guest('GET', '/sessions')).status).toBe(401);
  });

  it('of a transcript comes a page at a time', async () => {
    const { guest, asking, startAs } = await world();
    const { session, token } = await startAs(guest);
    const ask = asking(token);
    await ask('POST', `/sessions/${session.id}/messages`, { message: 'Ada' });
    const at = `/sessions/${session.id}/messages`;
    const read = async (query: string) =>
      (await ask('GET', `${at}${query}`)).body as { items: object[]; nextCursor: string | null };
    const { items } = await read('');
    const first = await read('?limit=1');
    const second = await read(`?limit=1&cursor=${encodeURIComponent(first.nextCursor!)}`);
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.nextCursor).toBeNull();
  });

  it('of templates comes a page at a time', async () => {
    const { app } = testWorld({ shipped: await shippedTemplates().then(({ list }) => list()) });
    const api = app.as({ role: 'guest' });
    const { items } = await api.templates.list({});
    const first = await api.templates.list({ limit: 7 });
    const second = await api.templates.list({ limit: 7, cursor: first.nextCursor! });
    expect([...first.items, ...second.items]).toEqual(items);
    expect([first.items.length, second.nextCursor]).toEqual([7, null]);
    await expect(api.templates.list({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('a changed password', () => {
  it('is one of those that came at once: the others are told, and their tokens are none', async () => {
    const { owner, asking } = await world();
    const change = (n: number) =>
      owner.ask('PUT', '/auth/password', {
        currentPassword: owner.password,
        newPassword: `a better horse battery ${n}`,
      });
    const answers = await Promise.all([1, 2, 3, 4].map(change));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    const { token } = good[0]!.body as { token: string };
    expect((await asking(token)('GET', '/auth/me')).status).toBe(200);
    for (const { status } of answers) expect([200, 401, 403, 409]).toContain(status);
  });
});

it('notes nothing of somebody who leaves before a model has said a word', async () => {
  const noted: string[] = [];
  const note = (_fields: object, sentence: string) => void noted.push(sentence);
  let left: unknown;
  const silent: AiModel = {
    async *stream(_request, signal) {
      await once(signal, 'abort');
      left = signal.reason;
      throw left;
    },
  };
  const { url, register } = await begin({
    world: testWorld({ ai: silent }),
    logger: { info: note, warn: note, error: note },
  });
  const { token } = await register('ada');
  const gone = new AbortController();
  const asking = fetch(`${url}/api/ai/generate`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ prompt: 'Hello?', knowledge: false }),
    signal: gone.signal,
  });
  setTimeout(() => gone.abort(), 100);
  await expect(asking).rejects.toThrow();
  await vi.waitFor(() => expect(left).toBeDefined());
  await vi.waitFor(() => expect(noted.filter((sentence) => sentence === 'request')).toHaveLength(2));
  expect(noted).not.toContain('A request failed.');
});
