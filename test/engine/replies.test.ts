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

it('tells a database that was not reached from one whose answer was lost', () => {
  expect(refused()).toMatchObject({ code: 'unavailable', details: { reason: 'database' } });
  expect(lost()).toMatchObject({ code: 'unavailable', details: { reason: 'database', mayBeDone: true } });
});
