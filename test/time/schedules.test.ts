import { testWorld, type TestWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { nextFiring } from '../../packages/core/src/workflow/schedule.ts';
import { databaseAway } from '../../packages/core/src/errors.ts';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { besidesEnds, graphOf, problemsOf, say } from '../engine/kit.ts';

const HOUR = 3600;
const starting = (data: object) =>
  ({ id: 'start', type: 'trigger', data: { kind: 'schedule', active: true, ...data } }) as const;
const greeting = (data: object) => ({
  nodes: [starting(data), say('hi', 'Good morning')],
  edges: ['start -> hi'],
});
const saved = ({ app, owner }: Pick<TestWorld, 'app' | 'owner'>, data: object) =>
  app.as(owner).workflows.create({ ...graphOf(greeting(data)), name: 'Mornings' });
const begun = async ({ app, owner }: Pick<TestWorld, 'app' | 'owner'>) =>
  (await app.as(owner).sessions.list({})).items.map(({ createdAt }) => createdAt).toReversed();

describe('a workflow that starts by itself', () => {
  it('does so at each of its times, as the clock of its zone shows them', async () => {
    const world = testWorld({ startsAt: '2026-01-05T07:59:00.000Z' });
    await saved(world, { cron: '0 9 * * 1-5', timeZone: 'Europe/Berlin' });
    for (let hour = 0; hour < 24 * 7; hour++) await world.pass(HOUR);
    // The fifth is a Monday; nobody is there at nine on the dot.
    expect(await begun(world)).toEqual([5, 6, 7, 8, 9].map((day) => `2026-01-0${day}T08:59:00.000Z`));
  });

  it('does so once for all the times at which nobody was there', async () => {
    const world = testWorld();
    await saved(world, { cron: '0 * * * *' });
    await world.pass(72.5 * HOUR);
    expect(await begun(world)).toEqual(['2026-01-08T09:30:00.000Z']);
    const [workflow] = (await world.app.as(world.owner).workflows.list({})).items;
    expect(workflow!.firesAt).toBe('2026-01-08T10:00:00.000Z');
  });

  it('does so once, where its process is gone before it says so', async () => {
    const store = createMemoryStore();
    let mayRelease = false;
    const release: typeof store.schedules.release = async (...given) => {
      if (!mayRelease) throw new Error('power cut');
      return store.schedules.release(...given);
    };
    const world = testWorld({ store: { ...store, schedules: { ...store.schedules, release } } });
    await saved(world, { cron: '30 9 * * *' });
    await expect(world.pass(HOUR)).rejects.toThrow('power cut');
    mayRelease = true;
    await world.pass(HOUR);
    expect(await begun(world)).toHaveLength(1);
    await world.pass(24 * HOUR);
    expect(await begun(world)).toHaveLength(2);
  });

  it('does so when its session could not begin the first time', async () => {
    const reported: unknown[] = [];
    const world = testWorld({ report: (cause) => void reported.push(cause) });
    const { id } = await saved(world, { cron: '0 * * * *' });
    await world.app.as(world.owner).workflows.update({ id, edges: [] });
    const broken = { id: 'odd', type: 'speak', data: {} } as const;
    await world.app
      .as(world.owner)
      .workflows.update({ id, nodes: [starting({ cron: '0 * * * *' }), broken] });
    await world.pass(HOUR);
    expect(reported.map(String)).toEqual([expect.stringContaining('odd')]);
    await world.app.as(world.owner).workflows.update({ id, ...graphOf(greeting({ cron: '0 * * * *' })) });
    await world.pass(HOUR);
    expect(await begun(world)).toHaveLength(1);
  });

  it('keeps a time that is due while it is saved, and takes another schedule at once', async () => {
    const world = testWorld();
    const { id } = await saved(world, { cron: '0 10 * * *' });
    const api = world.app.as(world.owner);
    const at = async (data: object) =>
      (await api.workflows.update({ id, ...graphOf(greeting(data)) })).firesAt;
    expect(await at({ cron: '0 10 * * *' })).toBe('2026-01-05T10:00:00.000Z');
    expect(await at({ cron: '0 12 * * *' })).toBe('2026-01-05T12:00:00.000Z');
    expect(await at({ cron: '0 12 * * *', timeZone: 'Asia/Tokyo' })).toBe('2026-01-06T03:00:00.000Z');
    expect((await api.workflows.update({ id, settings: graphOf(greeting({})).settings })).firesAt).toBe(
      '2026-01-06T03:00:00.000Z',
    );
    expect(await at({ cron: '0 12 * * *', active: false })).toBeNull();
    await world.pass(72 * HOUR);
    expect(await begun(world)).toEqual([]);
  });

  it('may do so at one moment, and never again', async () => {
    const world = testWorld();
    await saved(world, { cron: '2026-02-01T09:00:00', timeZone: 'America/New_York' });
    await world.pass(60 * 24 * HOUR);
    await world.pass(400 * 24 * HOUR);
    expect(await begun(world)).toHaveLength(1);
  });

  it('begins one conversation with each contact it is for, once, and knows who it is with', async () => {
    const store = createMemoryStore();
    const releases = { most: Infinity };
    const release: typeof store.schedules.release = async (...given) => {
      if (--releases.most < 0) throw new Error('power cut');
      return store.schedules.release(...given);
    };
    const world = testWorld({ store: { ...store, schedules: { ...store.schedules, release } } });
    const api = world.app.as(world.owner);
    for (let each = 0; each < 50; each++)
      await api.contacts.create({ name: `Person ${each}`, ...(each % 10 && { tags: ['customer'] }) });
    const trigger = starting({ cron: '0 10 * * *', contacts: { tag: 'customer' } });
    await api.workflows.create({
      ...graphOf({ nodes: [trigger, say('hi', 'Hello, {{ contact.name }}')], edges: ['start -> hi'] }),
      name: 'Greetings',
    });
    releases.most = 1;
    await expect(world.pass(HOUR)).rejects.toThrow('power cut');
    releases.most = Infinity;
    await world.pass(HOUR);
    await world.pass(HOUR);
    const said = world.told.flatMap(({ event }) =>
      event.type === 'session:message' ? [event.message.text] : [],
    );
    const expected = Array.from({ length: 50 }, (_, each) => each).filter((each) => each % 10);
    expect(said.toSorted()).toEqual(expected.map((each) => `Hello, Person ${each}`).toSorted());
  });

  /** A workflow for 50 contacts. */
  async function forFifty(world: TestWorld, node: Parameters<typeof graphOf>[0]['nodes'][number]) {
    const api = world.app.as(world.owner);
    for (let each = 0; each < 50; each++) await api.contacts.create({ name: `Person ${each}` });
    const trigger = starting({ cron: '0 10 * * *', contacts: {} });
    const { nodes, edges } = graphOf({ nodes: [trigger, node], edges: [`start -> ${node.id}`] });
    const { id } = await api.workflows.create({ nodes, edges, name: 'Greetings' });
    return id;
  }

  it('begins with everybody, also where the database was away for a moment', async () => {
    const store = createMemoryStore();
    let left = 30;
    const commit: typeof store.sessions.commit = async (given) => {
      if (--left === 0) throw databaseAway('The database is away.');
      return store.sessions.commit(given);
    };
    const world = testWorld({ store: { ...store, sessions: { ...store.sessions, commit } } });
    await forFifty(world, say('hi', 'Hello'));
    await expect(world.pass(HOUR)).rejects.toThrow('away');
    await world.pass(600);
    await world.pass(24 * HOUR);
    const { items } = await world.app.as(world.owner).sessions.list({ limit: 200 });
    expect(items).toHaveLength(100);
  });

  it('says once that it has problems, however many it is for', async () => {
    const reported: unknown[] = [];
    const world = testWorld({ report: (cause) => void reported.push(cause) });
    await forFifty(world, { id: 'odd', type: 'speak', data: {} });
    await world.pass(HOUR);
    expect(reported.map(String)).toEqual([expect.stringContaining('odd')]);
  });

  it('does not when it is a copy, before its owner says so', async () => {
    const world = testWorld();
    const { id } = await saved(world, { cron: '0 * * * *' });
    const copied = await world.app.as(world.owner).workflows.clone({ templateId: id });
    expect(copied.nodes[0]!.data).toEqual({ kind: 'schedule', active: false, cron: '0 * * * *' });
    expect(copied.firesAt).toBeNull();
  });
});

describe('a schedule', () => {
  const times = (cron: string, from: string, count: number) => {
    const found: (string | null)[] = [];
    for (let at: string | null = from; at !== null && found.length < count;) {
      at = nextFiring({ cron, timeZone: 'Europe/Berlin' }, new Date(at));
      found.push(at);
    }
    return found;
  };
  it('comes once on the days on which clocks change', () => {
    expect(times('30 2 * * *', '2026-03-28T12:00:00.000Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(times('30 2 * * *', '2026-10-24T12:00:00.000Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });
  it('leaves out months without its day, or means their last', () => {
    expect(times('0 9 31 * *', '2026-01-15T12:00:00.000Z', 3)).toEqual([
      '2026-01-31T08:00:00.000Z',
      '2026-03-31T07:00:00.000Z',
      '2026-05-31T07:00:00.000Z',
    ]);
    expect(times('0 9 L * *', '2026-02-15T12:00:00.000Z', 1)).toEqual(['2026-02-28T08:00:00.000Z']);
  });

  it.each([
    [{ cron: 'now and then' }, 'start, cron: now and then cannot be read as a schedule'],
    [{ cron: '0 0 30 2 *' }, 'start, cron: 0 0 30 2 * never comes'],
    [{ cron: '* * * * * *' }, 'start, cron: * * * * * * cannot be read as a schedule'],
    [{ cron: '0 9 * * *', timeZone: 'Mars/Base' }, 'start, timeZone: There is no time zone Mars/Base'],
    [
      { cron: '0 9 * * *', inputs: [{ name: 'plan', required: true }] },
      'start, inputs.0: nobody is there to give plan: give it a default',
    ],
  ])('that cannot be kept is named: %j', (data, problem) => {
    expect(besidesEnds(problemsOf(greeting(data)))).toEqual([expect.stringContaining(`error: ${problem}`)]);
  });
});
