import { testWorld, type Sketch } from '@crmflow/core/testing';
import { expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { ask, begin, start } from './kit.ts';

const support: Sketch & { isPublic: boolean } = {
  name: 'Support',
  isPublic: true,
  nodes: [
    start,
    ask('wish', 'Yes?'),
    { id: 'desk', type: 'integration', data: { kind: 'handover', ports: ['ticket'] } },
  ],
  edges: ['start -> wish', 'wish -> desk', 'desk -> wish', 'desk.ticket -> wish'],
};
type World = Awaited<ReturnType<typeof begin>>;
type Person = Awaited<ReturnType<World['register']>>;

/** A visitor of a person's workflow, who has asked for a person. */
async function waitingFor(world: World, { api }: Person) {
  const workflowId = await world.keep(support, api);
  const guest = world.app.as({ role: 'guest' });
  const { session, token } = await guest.sessions.start({ workflowId });
  const { id } = session;
  const visitor = world.app.as({ role: 'guest', sessionToken: token });
  const say = async (message: string) => (await visitor.sessions.send({ id, message })).session;
  const { seq } = await say('A person, please');
  return { id, workflowId, say, seq };
}

it('tells an owner who watches of sessions that wait already, of what is said there, and that they wait no longer', async () => {
  const world = await begin();
  const ada = await world.register('ada');
  const { id, workflowId, say, seq } = await waitingFor(world, ada);
  const socket = await world.connect({ token: ada.token });
  expect(await socket.call('handover:watch')).toEqual({ ok: true, data: {} });
  expect(await socket.nth('handover:waiting')).toEqual({
    ...{
      sessionId: id,
      workflowId,
      workflowName: 'Support',
      contactId: null,
      nodeId: 'desk',
      ports: ['out', 'ticket'],
    },
    ...{ since: '2026-01-05T09:00:00.000Z', lastSeq: seq },
  });
  await say('Are you there?');
  expect(await socket.nth('handover:message')).toMatchObject({
    sessionId: id,
    message: { from: 'user', text: 'Are you there?' },
  });
  await ada.api.sessions.reply({ id, message: 'Yes.' });
  await ada.api.sessions.handBack({ id });
  expect(await socket.nth('handover:over')).toEqual({ sessionId: id });
  await say('Again a person');
  expect(await socket.nth('handover:waiting', 2)).toMatchObject({ sessionId: id });
  await ada.api.sessions.remove({ id });
  expect(await socket.nth('handover:over', 2)).toEqual({ sessionId: id });
  expect(socket.names()).toEqual(
    ['waiting', 'message', 'over', 'waiting', 'over'].map((it) => `handover:${it}`),
  );
});

it("tells nothing of another owner's sessions, and refuses guests", async () => {
  const world = await begin();
  const [ada, bob] = [await world.register('ada'), await world.register('bob')];
  const [his, hers, guest] = await Promise.all([
    world.connect({ token: bob.token }),
    world.connect({ token: ada.token }),
    world.connect(),
  ]);
  await Promise.all([his.call('handover:watch'), hers.call('handover:watch')]);
  expect(await guest.call('handover:watch')).toMatchObject({ error: { code: 'unauthenticated' } });
  const { id, say } = await waitingFor(world, ada);
  await hers.nth('handover:waiting');
  // To know a session is not to own it: it is told to be gone, as one that never was.
  await his.call('handover:watch', { known: { [id]: 1 } });
  await say('Are you there?');
  await hers.nth('handover:message');
  expect(await his.nth('handover:over')).toEqual({ sessionId: id });
  await his.call('session:end');
  expect(his.names()).toEqual(['handover:over', 'error:api']);
});

it('tells a socket that comes back what it has missed, and nothing twice', async () => {
  const world = await begin();
  const ada = await world.register('ada');
  const [one, other] = [await waitingFor(world, ada), await waitingFor(world, ada)];
  await one.say('Missed');
  await ada.api.sessions.handBack({ id: other.id });
  const socket = await world.connect({ token: ada.token });
  await socket.call('handover:watch', { known: { [one.id]: one.seq, [other.id]: other.seq } });
  await socket.until(() => socket.heard.length === 2);
  expect(socket.all('handover:message')).toMatchObject([{ sessionId: one.id, message: { text: 'Missed' } }]);
  expect(socket.all('handover:over')).toEqual([{ sessionId: other.id }]);
  await one.say('Heard');
  expect(await socket.nth('handover:message', 2)).toMatchObject({ message: { text: 'Heard' } });
  expect(socket.all('handover:waiting')).toEqual([]);
});

it('tells of what another process has stored once it is told to look, or everything is looked at anew', async () => {
  const store = createMemoryStore();
  const world = await begin({ world: testWorld({ store }) });
  const ada = await world.register('ada');
  const elsewhere = testWorld({ store });
  const socket = await world.connect({ token: ada.token });
  await socket.call('handover:watch');
  const { id, say } = await waitingFor({ ...world, app: elsewhere.app }, ada);
  world.app.relayHandover(ada.userId, id);
  await socket.nth('handover:waiting');
  await say('Hello?');
  await world.app.refresh();
  expect(await socket.nth('handover:message')).toMatchObject({ message: { text: 'Hello?' } });
});

it('hears nothing more once it is gone, and refuses what is no list of sessions', async () => {
  const world = await begin();
  const ada = await world.register('ada');
  const socket = await world.connect({ token: ada.token });
  expect(await socket.call('handover:watch', { known: { a: -1 } })).toMatchObject({
    error: { code: 'invalid_input' },
  });
  await socket.call('handover:watch');
  socket.socket.disconnect();
  await expect(waitingFor(world, ada)).resolves.toBeDefined();
});
