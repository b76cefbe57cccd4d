import { fromFile, problems } from '@crmflow/core';
import { openApp } from '@crmflow/core/open';
import { testWorld, type Sketch } from '@crmflow/core/testing';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { text as read } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { doorTo, serve } from '../http/support.ts';
import { dyingHttp, type World } from './kit.ts';

const SECRET = 'the secret of a desk';
interface Heard {
  headers: IncomingHttpHeaders;
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
  isGenuine: boolean;
}

/** Answers a status, or as the test likes; the last one from then on. */
type Answer = number | ((response: ServerResponse) => void);

/** A desk on loopback that checks what it hears as Standard Webhooks has it. */
async function desk(...answers: Answer[]) {
  const heard: Heard[] = [];
  const server = await serve(async (request, response) => {
    const { headers } = request;
    const body = await read(request);
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const signature = `v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`;
    const isGenuine = headers['webhook-signature'] === signature;
    heard.push({ headers, ...(JSON.parse(body) as Pick<Heard, 'type' | 'timestamp' | 'data'>), isGenuine });
    const answer = answers[Math.min(heard.length, answers.length) - 1] ?? 204;
    if (typeof answer === 'function') answer(response);
    else response.writeHead(answer).end();
  });
  return {
    server,
    heard,
    /** What was told, in short. */
    told: () =>
      heard.map(({ type, data }) => [type.slice('handover.'.length), data.text].filter(Boolean).join(': ')),
    ids: () => heard.map(({ headers }) => headers['webhook-id']),
  };
}
type Desk = Awaited<ReturnType<typeof desk>>;

const handing = (url: string): Sketch => ({
  name: 'Support',
  nodes: [
    { id: 'start', type: 'trigger', data: {} },
    { id: 'wish', type: 'listen', data: { prompt: 'Yes?', saveAs: 'wish' } },
    {
      id: 'desk',
      type: 'integration',
      data: { kind: 'handover', within: { hours: 48 }, tell: { url: `${url}/told`, key: 'http:desk' } },
    },
    { id: 'bye', type: 'speak', data: { text: 'Bye.' } },
  ],
  edges: ['start -> wish', 'wish -> desk', 'desk -> bye', 'desk.unanswered -> bye'],
});

/** A session before its visitor asks for a person. */
async function begin({ server }: Desk, world: World = {}, host = server.host) {
  const made = testWorld({ http: doorTo(server), ...world });
  const api = made.app.as(made.owner);
  await api.keys.set({ service: 'http:desk', key: SECRET, host });
  const { id: workflowId } = await api.workflows.create(fromFile(handing(server.url), 'the sketch'));
  const { session } = await api.sessions.start({ workflowId });
  const { id } = session;
  const say = async (message: string) => {
    await api.sessions.send({ id, message });
  };
  return {
    ...{ ...made, api, workflowId, id, say, rest: made.app.rest },
    untold: async () =>
      (await api.logs.list({ sessionId: id, eventType: 'node_advance' })).items.flatMap(({ data }) =>
        'untold' in data ? [data] : [],
      ),
  };
}

it('tells where its owner wants to hear of it that somebody waits, what is said, and that it is over', async () => {
  const made = await desk();
  const { say, api, id, workflowId, rest } = await begin(made);
  await say('A person, please');
  await say('Are you there?');
  await api.sessions.reply({ id, message: 'Yes.' });
  await say('Good.');
  await api.sessions.handBack({ id });
  await rest();
  expect(made.told()).toEqual(['waiting', 'message: Are you there?', 'message: Good.', 'over']);
  expect(made.heard.every(({ isGenuine }) => isGenuine)).toBe(true);
  expect(new Set(made.ids()).size).toBe(4);
  const at = '2026-01-05T09:00:00.000Z';
  const about = {
    sessionId: id,
    ...{ workflow: { id: workflowId, name: 'Support' }, contactId: null, nodeId: 'desk', since: at },
  };
  expect(made.heard.slice(0, 2)).toMatchObject([
    { timestamp: at, data: about },
    { timestamp: at, data: { ...about, text: 'Are you there?' } },
  ]);
});

it('says that it is over when nobody has answered in time, and when the session is ended', async () => {
  const made = await desk();
  const { say, pass, rest } = await begin(made);
  await say('A person, please');
  await rest();
  await pass(49 * 3600);
  await rest();
  expect(made.told()).toEqual(['waiting', 'over']);
  const other = await begin(made);
  await other.say('A person, please');
  await other.api.sessions.end({ id: other.id });
  await other.rest();
  expect(made.told().slice(2)).toEqual(['waiting', 'over']);
});

it('holds nobody up, and tells again, in order and under the same id, what was not taken', async () => {
  const made = await desk(500, 429, 503, 204);
  const { say, pass, rest } = await begin(made);
  await say('A person, please');
  await say('Hello?');
  await rest();
  expect(made.told()).toEqual(['waiting']);
  for (const seconds of [5, 10, 20]) await pass(seconds);
  expect(made.told()).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'message: Hello?']);
  expect(new Set(made.ids().slice(0, 4)).size).toBe(1);
  expect(made.heard.every(({ isGenuine }) => isGenuine)).toBe(true);
});

it('answers the visitor while the desk hangs', async () => {
  let hanging: ServerResponse | undefined;
  const made = await desk((response) => (hanging = response), 204);
  const { say, rest, api, id } = await begin(made);
  await say('A person, please');
  await vi.waitFor(() => expect(hanging).toBeDefined());
  await say('Hello?');
  expect((await api.sessions.get({ id })).wait).toMatchObject({ for: 'person' });
  expect(made.told()).toEqual(['waiting']);
  hanging!.writeHead(204).end();
  await rest();
  expect(made.told()).toEqual(['waiting', 'message: Hello?']);
});

it('gives up at once what is refused, with a line in the log of the workflow, and tells what follows', async () => {
  const made = await desk(410, 204);
  const { say, rest, untold } = await begin(made);
  await say('A person, please');
  await say('Hello?');
  await rest();
  expect(made.told()).toEqual(['waiting', 'message: Hello?']);
  const { host } = made.server;
  expect(await untold()).toEqual([{ path: [], untold: 'waiting', host, reason: 'rejected' }]);
});

it('gives up after a day what nobody takes', async () => {
  const made = await desk(500);
  const { say, rest, pass, untold } = await begin(made);
  await say('A person, please');
  await rest();
  await pass(23 * 3600);
  expect(await untold()).toEqual([]);
  await pass(3600);
  expect(await untold()).toMatchObject([{ untold: 'waiting', reason: 'provider' }]);
  const { length } = made.heard;
  await pass(3600);
  expect(made.heard).toHaveLength(length);
});

it('sends nothing that is signed with a key of another host, and says so in the log', async () => {
  const made = await desk();
  const { say, rest, untold } = await begin(made, {}, 'crm.example.com');
  await say('A person, please');
  await rest();
  expect(made.heard).toEqual([]);
  expect(await untold()).toMatchObject([{ untold: 'waiting', reason: 'key' }]);
});

it('is told at least once, in order and under one id, when the process that told it dies in the middle', async () => {
  const made = await desk();
  const http = doorTo(made.server);
  const store = createMemoryStore();
  const dead = await begin(made, { http: dyingHttp(http), store });
  await dead.say('A person, please');
  await dead.say('Hello?');
  await vi.waitFor(() => expect(made.told()).toEqual(['waiting']));
  const next = testWorld({ http, store });
  await next.pass(59);
  expect(made.told()).toEqual(['waiting']);
  await next.pass(1);
  expect(made.told()).toEqual(['waiting', 'waiting', 'message: Hello?']);
  expect(made.ids()[0]).toBe(made.ids()[1]);
});

it('has been told when the command that handed it over, or back, is over', async () => {
  const gone: boolean[] = [];
  const made = await desk((response) => {
    setTimeout(() => {
      gone.push(response.destroyed);
      response.writeHead(204).end();
    }, 300);
  });
  const { server, told } = made;
  const reported: unknown[] = [];
  const { app, owner, close } = await openApp({
    ephemeral: true,
    allowedPrivateHosts: [server.host],
    report: (cause) => reported.push(cause),
  });
  const api = app.as(owner);
  await api.keys.set({ service: 'http:desk', key: SECRET, host: server.host });
  const { id: workflowId } = await api.workflows.create(fromFile(handing(server.url), 'the sketch'));
  const { id } = (await api.sessions.start({ workflowId })).session;
  await api.sessions.send({ id, message: 'A person, please' });
  await close();
  expect([told(), gone, reported]).toEqual([['waiting'], [false], []]);
});

it('names what is wrong with where it is told', () => {
  const sketch = handing('desk.example.com');
  expect(problems(fromFile(sketch, 'w'))).toContainEqual(
    expect.objectContaining({
      message: 'desk, tell.url: it is an address that begins with https:// or http://',
    }),
  );
});
