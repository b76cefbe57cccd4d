import { expect, it } from 'vitest';
import type { Store } from '../../store.ts';
import { after, aUser, aWorkflow, newId, START, type OpenStore } from './rows.ts';

const MINUTE = 60_000;
/** Before anything that is due on a store that has seen other tests. */
const FIRST = '2001-01-01T00:00:00.000Z';

export function scheduleSpec(open: OpenStore): void {
  async function scheduled(firesAt: string | null = FIRST) {
    const store = await open();
    const user = aUser();
    await store.users.create(user);
    const workflow = aWorkflow(user.id, { firesAt });
    await store.workflows.create(workflow);
    const done = async () => store.users.remove(user.id);
    return {
      ...store,
      user,
      workflow,
      due: { id: workflow.id, userId: user.id, firesAt, after: null },
      done,
    };
  }
  const claim = ({ schedules }: Pick<Store, 'schedules'>, minute = 0) =>
    schedules.claim(after(minute * MINUTE), after((minute + 5) * MINUTE));

  it('gives a workflow that is due to one server, and again when that one has gone', async () => {
    const world = await scheduled();
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(world)));
    expect(claims.filter(Boolean)).toEqual([world.due]);
    expect(await claim(world, 4)).toBeNull();
    expect(await claim(world, 6)).toEqual(world.due);
    await world.done();
  });

  it('goes on where a part of it was done, and is due at its next time', async () => {
    const world = await scheduled();
    const due = (await claim(world))!;
    const contact = newId('contact');
    await world.schedules.release(due, { firesAt: FIRST, after: contact });
    expect(await claim(world)).toEqual({ ...due, after: contact });
    await world.schedules.release(due, { firesAt: after(MINUTE), after: null });
    expect(await claim(world)).toBeNull();
    expect((await world.workflows.get(world.workflow.id))!.firesAt).toBe(after(MINUTE));
    const next = (await claim(world, 1))!;
    expect(next).toEqual({ ...due, firesAt: after(MINUTE) });
    await world.schedules.release(next, { firesAt: null, after: null });
    expect(await claim(world, 10)).toBeNull();
  });

  it('takes another time that is saved meanwhile, and keeps its own otherwise', async () => {
    const world = await scheduled();
    const due = (await claim(world))!;
    const { id } = due;
    await world.workflows.update(id, { name: 'Another name' }, START);
    await world.workflows.update(id, { firesAt: after(MINUTE) }, START);
    await world.schedules.release(due, { firesAt: after(9 * MINUTE), after: null });
    expect((await world.workflows.get(id))!.firesAt).toBe(after(MINUTE));
    expect(await claim(world, 2)).toEqual({ ...due, firesAt: after(MINUTE) });
    await world.workflows.update(id, { firesAt: null }, START);
    expect(await claim(world, 10)).toBeNull();
    await world.workflows.update(id, { firesAt: FIRST }, START);
    await world.workflows.update(id, { name: 'A third name' }, START);
    expect(await claim(world, 10)).toEqual(due);
    await world.done();
  });
}
