import { fromFile } from '@crmflow/core';
import { testWorld } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { databaseError } from '../../packages/core/src/adapters/store/database-error.ts';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Store } from '../../packages/core/src/store.ts';

const lost = () => databaseError(new Error('Connection terminated unexpectedly'));
const refused = () => databaseError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));

/** A store that loses one answer on its way back, after `create` or `answer` was carried out. */
function losing(what: 'create' | 'answer') {
  const base = createMemoryStore();
  let isLost = false;
  const once = async (work: Promise<void>) => {
    await work;
    if (isLost) return;
    isLost = true;
    throw lost();
  };
  const store: Store = {
    ...base,
    workflows: {
      ...base.workflows,
      create: (workflow) =>
        (what === 'create' ? once : (work: Promise<void>) => work)(base.workflows.create(workflow)),
    },
    replies: {
      ...base.replies,
      answer: (...given) =>
        (what === 'answer' ? once : (work: Promise<void>) => work)(base.replies.answer(...given)),
    },
  };
  return store;
}

it.each(['create', 'answer'] as const)(
  'does nothing twice under one key when the answer of the database is lost (%s)',
  async (what) => {
    const { app, owner } = testWorld({ store: losing(what) });
    const api = app.as(owner, { idempotencyKey: 'one' });
    const create = () => api.workflows.create({ name: 'once' });
    await expect(create()).rejects.toMatchObject({ code: 'unavailable' });
    // Either the answer of the first call, or that it is not known yet; never a second workflow.
    await create().catch((cause: unknown) => expect(cause).toMatchObject({ code: 'unavailable' }));
    expect((await app.as(owner).workflows.list({})).items).toHaveLength(1);
  },
);

it('takes a message with an id again at once when nobody knows what came of the first request', async () => {
  const base = createMemoryStore();
  // As a process leaves it that dies before it has answered.
  const answer = () => Promise.reject(refused());
  const { app, owner } = testWorld({ store: { ...base, replies: { ...base.replies, answer } } });
  const { id: workflowId } = await app.as(owner).workflows.create(
    fromFile(
      {
        name: 'Asks',
        nodes: [
          { id: 'start', type: 'trigger' },
          { id: 'ask', type: 'listen', data: { prompt: 'Well?' } },
        ],
        edges: ['start -> ask', 'ask -> ask'],
      },
      'the test',
    ),
  );
  const { sessions } = app.as(owner);
  const { id } = (await sessions.start({ workflowId })).session;
  const send = () =>
    app.as(owner, { idempotencyKey: 'one' }).sessions.send({ id, message: 'yes', messageId: 'first' });
  await expect(send()).rejects.toMatchObject({ code: 'unavailable' });
  expect(await send()).toMatchObject({ session: { status: 'waiting' } });
  const { items } = await sessions.messages({ id });
  expect(items.map(({ text }) => text)).toEqual(['Well?', 'yes', 'Well?']);
});

/** A workflow that asks, in a world whose process dies before it has answered a call. */
async function dying() {
  const base = createMemoryStore();
  let isDead = true;
  const answer: Store['replies']['answer'] = (...given) =>
    isDead ? Promise.reject(refused()) : base.replies.answer(...given);
  const world = testWorld({ store: { ...base, replies: { ...base.replies, answer } } });
  const { app, owner } = world;
  const { id: workflowId } = await app.as(owner).workflows.create({
    name: 'Asks',
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'Well?' } },
    ],
    edges: [{ sourceNodeId: 'start', targetNodeId: 'ask' }],
  });
  return { ...world, workflowId, live: () => (isDead = false) };
}

it('starts one session under one key when nobody lived to answer, at once and after a quarter of an hour', async () => {
  const { app, owner, workflowId, live, pass } = await dying();
  const start = () => app.as(owner, { idempotencyKey: 'one' }).sessions.start({ workflowId });
  await expect(start()).rejects.toMatchObject({ code: 'unavailable' });
  const again = await start();
  await pass(15 * 60);
  live();
  const late = await start();
  expect(late).toEqual(again);
  expect(again.events.map(({ type }) => type)).toContain('system:waiting_for_input');
  expect((await app.as(owner).sessions.list({})).items.map(({ id }) => id)).toEqual([late.session.id]);
  const guest = app.as({ role: 'guest', sessionToken: late.token });
  expect(await guest.sessions.get({ id: late.session.id })).toMatchObject({ status: 'waiting' });
  const other = await app.as(owner, { idempotencyKey: 'two' }).sessions.start({ workflowId });
  expect(other.session.id).not.toBe(late.session.id);
});

it('starts one session when many come with one key at once', async () => {
  const { app, owner, workflowId, live } = await dying();
  live();
  const start = () => app.as(owner, { idempotencyKey: 'one' }).sessions.start({ workflowId });
  const all = await Promise.all(Array.from({ length: 20 }, start));
  expect(new Set(all.map(({ session, token }) => `${session.id} ${token}`)).size).toBe(1);
  expect((await app.as(owner).sessions.list({})).items).toHaveLength(1);
});

it('tells a database that was not reached from one whose answer was lost', () => {
  expect(refused()).toMatchObject({ code: 'unavailable', details: { reason: 'database' } });
  expect(lost()).toMatchObject({ code: 'unavailable', details: { reason: 'database', mayBeDone: true } });
});
