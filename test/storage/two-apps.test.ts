import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../packages/core/src/adapters/migrate.ts';
import { openEmbedded } from '../../packages/core/src/adapters/embedded/embedded.ts';
import { createPrismaStore } from '../../packages/core/src/adapters/store/prisma-store.ts';
import type { Database } from '../../packages/core/src/adapters/database.ts';
import { ids } from '../../packages/core/src/adapters/ids.ts';
import { migrations } from '../../packages/core/src/generated/migrations.ts';
import { testWorld } from '../../packages/core/src/testing/world.ts';
import { newFolder } from './kit.ts';

const owner = { role: 'user', userId: 'owner' } as const;
const asksTwice = {
  name: 'Two questions',
  nodes: [
    { id: 'start', type: 'trigger' as const },
    { id: 'name', type: 'listen' as const, data: { prompt: 'Name?', saveAs: 'name' } },
    { id: 'city', type: 'listen' as const, data: { prompt: 'City?', saveAs: 'city' } },
    { id: 'bye', type: 'speak' as const, data: { text: '{{ name }} of {{ city }}' } },
  ],
  edges: [
    { sourceNodeId: 'start', targetNodeId: 'name' },
    { sourceNodeId: 'name', targetNodeId: 'city' },
    { sourceNodeId: 'city', targetNodeId: 'bye' },
  ],
};

const asksForAPart = {
  name: 'Asks with a word or a press',
  nodes: [
    { id: 'start', type: 'trigger' as const, data: { inputs: [{ name: 'orders', type: 'map' }] } },
    { id: 'name', type: 'listen' as const, data: { prompt: 'Name?', saveAs: 'name' } },
    { id: 'fine', type: 'listen' as const, data: { kind: 'confirm', prompt: 'Fine?', saveAs: 'isFine' } },
  ],
  edges: [
    { sourceNodeId: 'start', targetNodeId: 'name' },
    { sourceNodeId: 'name', targetNodeId: 'fine' },
  ],
};

describe('two servers on one database, each remembering the sessions it moved', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openEmbedded({ dataDir: newFolder() });
    await migrate(database.pool, migrations);
    await createPrismaStore(database).users.ensureLocal(owner.userId);
  });
  afterAll(() => database.close());

  const server = () => testWorld({ store: createPrismaStore(database), ids }).app.as(owner);
  async function begun() {
    const [one, two] = [server(), server()];
    const { id: workflowId } = await one.workflows.create(asksTwice);
    const { session } = await one.sessions.start({ workflowId });
    return { one, two, id: session.id };
  }
  const said = async (api: ReturnType<typeof server>, id: string) =>
    (await api.sessions.messages({ id })).items.map(({ from, text }) => `${from}: ${text}`);

  it('go on where the other has left the session', async () => {
    const { one, two, id } = await begun();
    await two.sessions.send({ id, message: 'Ada' });
    const { session } = await one.sessions.send({ id, message: 'London' });
    expect(session).toMatchObject({ status: 'finished', variables: { name: 'Ada', city: 'London' } });
    expect(await said(two, id)).toEqual([
      'bot: Name?',
      'user: Ada',
      'bot: City?',
      'user: London',
      'bot: Ada of London',
    ]);
  });

  it('process a message once, whichever of them it is sent to again', async () => {
    const { one, two, id } = await begun();
    const send = (api: ReturnType<typeof server>, message: string) =>
      api.sessions.send({ id, message, messageId: message });
    for (const api of [one, two, two, one, one]) await send(api, 'Ada');
    expect((await one.sessions.get({ id })).variables).toEqual({ name: 'Ada' });
    await send(two, 'London');
    for (const api of [one, two]) await send(api, 'Ada');
    expect(await said(one, id)).toHaveLength(5);
  });

  it('refuse by what is stored, not by what they remember', async () => {
    const { one, two, id } = await begun();
    await two.sessions.send({ id, message: 'Ada' });
    await two.sessions.end({ id });
    await expect(one.sessions.send({ id, message: 'London' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'The session has finished; start another one.',
    });
    const other = await begun();
    await other.two.sessions.remove({ id: other.id });
    await expect(other.one.sessions.send({ id: other.id, message: 'Ada' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('remember nothing that whoever was answered can change', async () => {
    const { one: api } = await begun();
    const { id: workflowId } = await api.workflows.create(asksForAPart);
    const orders = { shoes: [{ size: 38 }] };
    const { session } = await api.sessions.start({ workflowId, variables: { orders } });
    const { id } = session;
    const first = await api.sessions.send({ id, message: 'Ada' });
    // Not where it waits: then what is remembered would be of no use, and what is stored be read.
    for (const answer of [session, first.session]) spoil(answer.variables!);
    const next = await api.sessions.send({ id, message: 'yes' });
    expect(next.session).toMatchObject({
      status: 'finished',
      variables: { orders: { shoes: [{ size: 38 }] }, name: 'Ada', isFine: true },
    });
  });
});

/** Puts another word in the place of all that may be changed. */
function spoil(part: object) {
  for (const [name, value] of Object.entries(part))
    if (typeof value === 'object' && value !== null) spoil(value as object);
    else Reflect.set(part, name, 'spoilt');
}
