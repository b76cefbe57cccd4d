import { fromFile } from '@crmflow/core';
import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { HttpRequest, HttpResponse } from '../../packages/core/src/ports.ts';
import { ask, get, say, start } from './kit.ts';

const looksUp = fromFile(
  {
    name: 'Looks something up',
    nodes: [start, get('look'), ask('found', { prompt: 'Found. And now?' }), say('sorry', 'Not found.')],
    edges: ['start -> look', 'look -> found', 'look.error -> sorry'],
  },
  'the sketch',
);

/** A service that answers when it is told to, and hears when nobody waits for its answer any more. */
function slowly() {
  const asked: { request: HttpRequest; answer(): void }[] = [];
  const send = (request: HttpRequest) =>
    new Promise<HttpResponse>((resolve, reject) => {
      request.signal?.addEventListener('abort', () => reject(request.signal!.reason as Error));
      const response = { status: 200, headers: {}, body: new Uint8Array(), url: request.url };
      asked.push({ request, answer: () => resolve(response) });
    });
  return { asked, http: { send, stream: () => Promise.reject(new Error('not asked for')) } };
}
/** Begins a session that is asking the service when this resolves. */
async function begun({ app, owner }: TestWorld) {
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(looksUp);
  const { session, token } = await app.begin(owner, { workflowId });
  const said = async () => (await api.sessions.messages({ id: session.id })).items.map(({ text }) => text);
  return { api, id: session.id, session, token, said };
}
const isAsked = (service: ReturnType<typeof slowly>) =>
  vi.waitFor(() => expect(service.asked).not.toHaveLength(0));

it('a session that is begun is known, with its token, before what it does outside is done', async () => {
  const service = slowly();
  const world = testWorld({ http: service.http });
  const { id, session, token, api, said } = await begun(world);
  expect(session).toMatchObject({ status: 'running', nodeId: 'look' });
  const guest = world.app.as({ role: 'guest', sessionToken: token });
  expect(await guest.sessions.get({ id })).toMatchObject({ status: 'running' });
  await isAsked(service);
  service.asked[0]!.answer();
  await world.app.rest();
  expect(await api.sessions.get({ id })).toMatchObject({ status: 'waiting', nodeId: 'found' });
  expect(await said()).toEqual(['Found. And now?']);
});

it('whoever ends a session stops what it does outside, and nothing comes of it', async () => {
  const service = slowly();
  const world = testWorld({ http: service.http });
  const { id, api, said } = await begun(world);
  await isAsked(service);
  const stranger = world.app.as({ role: 'guest' });
  await expect(stranger.sessions.end({ id })).rejects.toMatchObject({ code: 'not_found' });
  expect(service.asked[0]!.request.signal?.aborted).toBe(false);
  const { session } = await api.sessions.end({ id });
  expect(session).toMatchObject({ status: 'finished', outcome: 'ended' });
  expect(service.asked[0]!.request.signal?.aborted).toBe(true);
  expect(await said()).toEqual([]);
});

it('what was done for a session that ended in another process is void', async () => {
  const [store, service] = [createMemoryStore(), slowly()];
  const reported: unknown[] = [];
  const world = testWorld({ store, http: service.http, report: (cause) => void reported.push(cause) });
  const { id, api, said } = await begun(world);
  await isAsked(service);
  const elsewhere = testWorld({ store });
  await elsewhere.app.as(elsewhere.owner).sessions.end({ id });
  service.asked[0]!.answer();
  await world.app.rest();
  expect(await api.sessions.get({ id })).toMatchObject({ status: 'finished', outcome: 'ended' });
  expect(await said()).toEqual([]);
  expect(reported).toEqual([]);
});

it('after a start on a database of its own, what was cut short is due at once and goes on', async () => {
  const [store, dead, service] = [createMemoryStore(), slowly(), slowly()];
  const { id } = await begun(testWorld({ store, http: dead.http }));
  await isAsked(dead);
  const { app, owner } = testWorld({ store, http: service.http });
  expect(await app.tick()).toBe(0);
  expect(await app.recover()).toBe(1);
  const moved = app.tick();
  await isAsked(service);
  service.asked[0]!.answer();
  expect(await moved).toBe(1);
  expect(await app.as(owner).sessions.get({ id })).toMatchObject({ nodeId: 'found' });
});

it('a message that reaches two processes at once is heard once', async () => {
  const store = createMemoryStore();
  const [one, other] = [testWorld({ store }), testWorld({ store })];
  const api = one.app.as(one.owner);
  const { id: workflowId } = await api.workflows.create(
    fromFile(
      { name: 'asks', nodes: [start, ask('a'), ask('b')], edges: ['start -> a', 'a -> b'] },
      'a sketch',
    ),
  );
  const { id } = (await api.sessions.start({ workflowId })).session;
  const message = { id, message: 'X', messageId: 'm-1' };
  await Promise.all([one, other].map(({ app, owner }) => app.as(owner).sessions.send(message)));
  const { items } = await api.sessions.messages({ id });
  expect(items.map(({ text }) => text)).toEqual(['a?', 'X', 'b?']);
});

it('what takes long is nobody else’s while its process lives, and somebody’s half a minute after it died', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    let now = Date.parse('2026-01-01T09:00:00Z');
    const clock = { now: () => new Date(now) };
    const [store, service] = [createMemoryStore(), slowly()];
    const elsewhere = testWorld({ store, clock, http: slowly().http });
    const pass = async (seconds: number, isAlive: boolean) => {
      for (let passed = 0; passed < seconds; passed += 5) {
        now += 5_000;
        await vi.advanceTimersByTimeAsync(isAlive ? 5_000 : 0);
        // What it takes on does not end: the service does not answer.
        void elsewhere.app.tick();
        await vi.advanceTimersByTimeAsync(0);
      }
    };
    const { id } = await begun(testWorld({ store, clock, http: service.http }));
    await pass(120, true);
    expect(await store.sessions.get(id)).toMatchObject({ status: 'running', attempt: 1 });
    await pass(45, false);
    expect(await store.sessions.get(id)).toMatchObject({ status: 'running', attempt: 2 });
  } finally {
    vi.useRealTimers();
  }
});
