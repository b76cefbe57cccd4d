import { io } from 'socket.io-client';
import { expect, it } from 'vitest';
import { pdfOf } from '../knowledge/pdf.ts';
import { served, workflow } from './document-kit.ts';

interface Reply<T> {
  status: number;
  body: T;
}
/** What an editor would write from the document: fetch, JSON and a Bearer token. */
function client(url: string) {
  let token = '';
  async function call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Reply<T>> {
    const isForm = body instanceof FormData;
    const headers: Record<string, string> = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    };
    const sent = isForm ? body : JSON.stringify(body);
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: sent }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : null) as T };
  }
  return { call, logIn: (given: string) => (token = given) };
}
type Payload = Record<string, unknown>;

/** Walks a workflow as the document describes it: each event leads to the next, and nothing is acknowledged. */
function walk(url: string, start: { token?: string; workflowId: string; userId?: string; answer: string }) {
  const heard: [string, Payload][] = [];
  return new Promise<[string, Payload][]>((resolve, reject) => {
    const { token, answer, ...begin } = start;
    const socket = io(url, { auth: token ? { token } : {}, forceNew: true });
    const leave = (done: () => void) => {
      socket.disconnect();
      done();
    };
    socket.onAny((event: string, payload: Payload) => heard.push([event, payload]));
    socket.on('connect', () => socket.emit('session:start', begin));
    socket.on('connect_error', (cause) => leave(() => reject(cause)));
    socket.on('session:started', ({ activeNode }: { activeNode: { id: string } }) =>
      socket.emit('node:execute', { nodeId: activeNode.id }),
    );
    socket.on('node:execution_complete', ({ nodeId }: Payload) =>
      socket.emit('workflow:advance', { fromNodeId: nodeId }),
    );
    socket.on('workflow:node_activated', ({ node }: { node: { id: string } }) =>
      socket.emit('node:execute', { nodeId: node.id }),
    );
    socket.on('system:waiting_for_input', () => socket.emit('user:message', { message: answer }));
    socket.on('workflow:finished', () => leave(() => resolve(heard)));
    socket.on('error:api', () => leave(() => resolve(heard)));
  });
}

it('serves a client that knows the document and nothing else: every endpoint and every event', async () => {
  const { url, pageUrl } = await served();
  const { call, logIn } = client(url);
  expect(await call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });

  const person = { email: 'ada@example.com', password: 'correct horse battery' };
  expect(await call('POST', '/auth/register', person)).toMatchObject({ status: 201 });
  const login = await call<{ token: string; user: { id: string } }>('POST', '/auth/login', person);
  const { token, user } = login.body;
  expect(await call('GET', '/auth/me')).toMatchObject({
    status: 401,
    body: { error: { code: 'unauthenticated' } },
  });
  logIn(token);
  expect(await call('GET', '/auth/me')).toMatchObject({
    status: 200,
    body: { user: { email: 'ada@example.com' } },
  });

  const made = await call<{ id: string }>('POST', '/workflows', workflow);
  const { id } = made.body;
  expect(made).toMatchObject({ status: 201, body: { name: 'Opening hours' } });
  expect(await call('GET', '/workflows')).toMatchObject({ status: 200, body: { items: [{ id }] } });
  expect(await call('GET', `/workflows/${id}`)).toMatchObject({
    status: 200,
    body: { nodes: workflow.nodes },
  });
  const saved = await call('PUT', `/workflows/${id}`, { ...workflow, isPublic: true });
  expect(saved).toMatchObject({ status: 200, body: { isPublic: true, edges: workflow.edges } });
  const templates = await call<{ items: { id: string }[] }>('GET', '/templates');
  const cloned = await call<{ id: string }>('POST', `/workflows/${templates.body.items[0]!.id}/clone`);
  expect(cloned.status).toBe(201);
  expect(await call('DELETE', `/workflows/${cloned.body.id}`)).toEqual({ status: 204, body: null });

  const form = new FormData();
  form.set(
    'file',
    new Blob([pdfOf('Deliveries take two working days.')], { type: 'application/pdf' }),
    'a.pdf',
  );
  expect(await call('POST', '/knowledge/pdf', form)).toMatchObject({
    status: 201,
    body: { type: 'pdf', state: 'ready' },
  });
  expect(await call('POST', '/knowledge/scrape', { url: pageUrl })).toMatchObject({
    status: 201,
    body: { type: 'web' },
  });
  const manual = { question: 'Do you take cards?', answer: 'We take all cards and cash.' };
  const item = await call<{ id: string }>('POST', '/knowledge/manual', manual);
  expect(item).toMatchObject({ status: 201, body: { type: 'manual', content: manual.answer } });
  const types = (await call<{ items: { type: string }[] }>('GET', '/knowledge')).body.items.map(
    ({ type }) => type,
  );
  expect(types.sort()).toEqual(['manual', 'pdf', 'web']);
  const changed = { name: 'Which cards do you take?', content: 'We take all cards, and cash too.' };
  expect(await call('PUT', `/knowledge/${item.body.id}`, changed)).toMatchObject({
    status: 200,
    body: changed,
  });

  expect(await call('POST', '/keys', { service: 'gemini', key: 'AIza-secret-1234' })).toMatchObject({
    status: 201,
  });
  const keys = await call('GET', '/keys');
  expect([keys.status, JSON.stringify(keys.body)]).toEqual([200, expect.stringContaining('gemini')]);
  expect(JSON.stringify(keys.body)).not.toContain('secret');
  expect(await call('DELETE', '/keys/gemini')).toMatchObject({ status: 204 });

  const generated = await call<{ text: string }>('POST', '/ai/generate', {
    prompt: 'Which cards do you take?',
  });
  expect(generated).toMatchObject({ status: 200, body: { text: expect.stringContaining('all cards') } });
  const drawn = await call('POST', '/ai/generate-workflow', { prompt: 'Ask for a name.' });
  expect(drawn).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });

  const heard = await walk(url, {
    token,
    workflowId: id,
    userId: user.id,
    answer: 'Which cards do you take?',
  });
  const names = heard.map(([name]) => name);
  expect(names.filter((name) => name === 'error:api')).toEqual([]);
  expect(new Set(names)).toEqual(
    new Set([
      'session:started',
      'session:message',
      'node:execution_complete',
      'ai:processing_start',
      'ai:chunk',
      'ai:processing_end',
      'system:waiting_for_input',
      'workflow:node_activated',
      'workflow:finished',
    ]),
  );
  const first = (name: string) => heard.find(([event]) => event === name)![1];
  expect(first('session:started')).toMatchObject({
    workflowId: id,
    totalNodes: 6,
    activeNode: { id: 't', label: 'Begin', type: 'trigger' },
  });
  expect(first('system:waiting_for_input')).toMatchObject({ nodeId: 'l', label: 'Question' });
  expect(first('workflow:finished')).toMatchObject({ completedNodes: 6 });
  expect(heard.flatMap(([name, { chunk }]) => (name === 'ai:chunk' ? [chunk] : [])).join('')).toContain(
    'all cards',
  );
  const nodes = heard.flatMap(([name, { nodeId }]) => (name === 'node:execution_complete' ? [nodeId] : []));
  expect(nodes).toEqual(['t', 's', 'l', 'c', 'a', 'e']);

  const guest = await walk(url, { workflowId: id, answer: 'no' });
  expect(guest.at(-1)).toMatchObject(['workflow:finished', { completedNodes: 5 }]);
  const stranger = await walk(url, { workflowId: 'unknown', answer: 'no' });
  expect(stranger).toMatchObject([['error:api', { message: expect.any(String) }]]);

  expect(await call('DELETE', `/knowledge/${item.body.id}`)).toMatchObject({ status: 204 });
  expect(await call('DELETE', `/workflows/${id}`)).toMatchObject({ status: 204 });
  expect(await call('GET', `/workflows/${id}`)).toMatchObject({ status: 404 });
});
