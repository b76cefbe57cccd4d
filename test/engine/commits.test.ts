import { databaseAway } from '../../packages/core/src/errors.ts';
import { fromFile } from '@crmflow/core';
import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import type { Session } from '../../packages/core/src/session/session.ts';
import type { Store } from '../../packages/core/src/store.ts';
import { doorTo, serve } from '../http/support.ts';
import { dyingHttp } from '../outbound/kit.ts';
import { ask, get, graphOf, say, start } from './kit.ts';

const graph = fromFile(
  {
    name: 'Three questions',
    nodes: [start, ask('one'), ask('two'), ask('three')],
    edges: ['start -> one', 'one -> two', 'two -> three'],
  },
  'the sketch',
);

/** A store whose process remembers what it committed last, and whose answers may get lost on the way. */
function remembering(base: Store = createMemoryStore()) {
  const kept = new Map<string, Session>();
  const line = { breaksAfter: false };
  const commit: Store['sessions']['commit'] = async (whole) => {
    kept.delete(whole.session.id);
    await base.sessions.commit(whole);
    if (line.breaksAfter) {
      line.breaksAfter = false;
      throw databaseAway('The database does not answer at the moment.');
    }
    kept.set(whole.session.id, structuredClone(whole.session));
  };
  const recall: Store['sessions']['recall'] = (id) => structuredClone(kept.get(id) ?? null);
  return { line, base, store: { ...base, sessions: { ...base.sessions, commit, recall } } };
}
async function begun({ app, owner }: TestWorld) {
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(graph);
  const { session } = await api.sessions.start({ workflowId });
  const said = async () =>
    (await api.sessions.messages({ id: session.id })).items.map(({ from, text }) => `${from}: ${text}`);
  return { api, id: session.id, said };
}
const once = ['bot: one?', 'user: X', 'bot: two?'];

describe('a message', () => {
  it('whose commit nobody answered for is not processed again, and the visitor hears that nobody knows', async () => {
    const { store, line } = remembering();
    const { api, id, said } = await begun(testWorld({ store }));
    line.breaksAfter = true;
    await expect(api.sessions.send({ id, message: 'X' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(await said()).toEqual(once);
  });
  it('whose commit nobody answered for is told to those who listen once the database is looked at again', async () => {
    const { store, line } = remembering();
    const world = testWorld({ store });
    const { api, id } = await begun(world);
    const heard: string[] = [];
    await api.watch(id, ({ type }) => void heard.push(type));
    line.breaksAfter = true;
    await expect(api.sessions.send({ id, message: 'X' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(heard).toEqual([]);
    await world.app.tick();
    expect(heard).toEqual(['system:waiting_for_input']);
  });
  it('whose commit nobody answered for is told on other servers too, once the database is looked at again', async () => {
    const { store, line } = remembering();
    const world = testWorld({ store });
    const { api, id } = await begun(world);
    line.breaksAfter = true;
    await expect(api.sessions.send({ id, message: 'X' })).rejects.toMatchObject({ code: 'unavailable' });
    const noted: string[] = [];
    world.app.subscribe((_id, events) => void noted.push(...events.map(({ type }) => type)));
    await world.app.tick();
    expect(noted).toEqual(['system:waiting_for_input']);
  });
  it('that another process stored, and did not live to tell, is told when it is sent again', async () => {
    const { store, base } = remembering();
    const world = testWorld({ store });
    const { api, id } = await begun(world);
    const elsewhere = testWorld({ store: base });
    await elsewhere.app.as(elsewhere.owner).sessions.send({ id, message: 'X', messageId: 'm-1' });
    const heard: string[] = [];
    await api.watch(id, ({ type }) => void heard.push(type));
    await api.sessions.send({ id, message: 'X', messageId: 'm-1' });
    expect(heard).toEqual(['system:waiting_for_input']);
  });
  it('that is sent again with its id after such a commit is answered as processed', async () => {
    const { store, line } = remembering();
    const { api, id, said } = await begun(testWorld({ store }));
    const message = { id, message: 'X', messageId: 'm-1' };
    line.breaksAfter = true;
    await expect(api.sessions.send(message)).rejects.toMatchObject({ code: 'unavailable' });
    const again = await api.sessions.send(message);
    expect(again.session).toMatchObject({ nodeId: 'two' });
    expect(again.events[0]).toMatchObject({ type: 'session:message', message: { from: 'user', text: 'X' } });
    expect(again.events.at(-1)).toMatchObject({ seq: again.session.seq });
    expect(await said()).toEqual(once);
  });
  it('to a session that has moved on elsewhere is decided anew on what is stored', async () => {
    const { store, base } = remembering();
    const { api, id, said } = await begun(testWorld({ store }));
    const elsewhere = testWorld({ store: base });
    await elsewhere.app.as(elsewhere.owner).sessions.send({ id, message: 'X' });
    await api.sessions.send({ id, message: 'Y' });
    expect(await said()).toEqual([...once, 'user: Y', 'bot: three?']);
  });
  it('is processed once and acknowledged, whatever a listener makes of it; that is reported, and others hear', async () => {
    const reported: unknown[] = [];
    const world = testWorld({
      store: remembering().store,
      report: (cause, sessionId) => void reported.push([cause, sessionId]),
    });
    const { api, id, said } = await begun(world);
    const cause = new Error('a listener fell over');
    world.app.subscribe(() => {
      throw cause;
    });
    let heard = 0;
    world.app.subscribe((_id, events) => void (heard += events.length));
    const { events } = await api.sessions.send({ id, message: 'X' });
    expect(heard).toBe(events.length);
    expect(await said()).toEqual(once);
    expect(reported).toEqual([[cause, id]]);
  });
});

it('is taken up again where another process left it at work, although it is remembered as it waited', async () => {
  const { store, base } = remembering();
  let calls = 0;
  const server = await serve((_, response) => {
    calls += 1;
    response.end('{}');
  });
  const world = testWorld({ store, http: doorTo(server) });
  const api = world.app.as(world.owner);
  const asks = graphOf({
    nodes: [start, ask('one'), get('call', { url: `${server.url}/` }), say('done', 'Done.')],
    edges: ['start -> one', 'one -> call', 'call -> done'],
  });
  const { id: workflowId } = await api.workflows.create(asks);
  const { session } = await api.sessions.start({ workflowId });
  const dying = testWorld({ store: base, http: dyingHttp(doorTo(server)) });
  void dying.app.as(dying.owner).sessions.send({ id: session.id, message: 'X' });
  await expect.poll(() => calls).toBe(1);
  await world.pass(31);
  expect(await api.sessions.get({ id: session.id })).toMatchObject({ status: 'finished' });
});
