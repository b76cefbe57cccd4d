import { expect, it } from 'vitest';
import { aUser, newId, type OpenStore } from './rows.ts';

export function sendingSpec(open: OpenStore): void {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 9, minute)).toISOString();
  async function aSender() {
    const { users, sendings } = await open();
    const user = aUser();
    await users.create(user);
    const id = newId('number');
    const count = (minute: number, most = 3, within = 10) =>
      sendings.count({ id, userId: user.id, at: at(minute), since: at(minute - within), most });
    return { user, users, sendings, count };
  }

  it('counts no more to one number than are allowed, however many ask at once', async () => {
    const { count } = await aSender();
    const asked = Array.from({ length: 20 }, () => count(0));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(3);
    expect(await count(0)).toBe(false);
  });

  it('counts what was sent within the time that is asked about', async () => {
    const { count } = await aSender();
    for (const minute of [0, 4, 8]) expect(await count(minute)).toBe(true);
    expect(await count(9)).toBe(false);
    expect(await count(9, 1, 1)).toBe(true);
    expect(await count(11)).toBe(false);
    expect(await count(14)).toBe(true);
  });

  it('remembers the latest hundred', async () => {
    const { count } = await aSender();
    for (let sent = 0; sent < 120; sent++) expect(await count(sent, 100, 60)).toBe(true);
    expect(await count(120, 100, 101)).toBe(false);
    expect(await count(120, 100, 100)).toBe(true);
  });

  it('forgets what is long ago, and what a user has sent who is gone', async () => {
    const { count, sendings, user, users } = await aSender();
    await count(0, 1, 60);
    await sendings.prune(at(0));
    expect(await count(1, 1, 60)).toBe(false);
    await sendings.prune(at(1));
    expect(await count(1, 1, 60)).toBe(true);
    await users.remove(user.id);
    await users.create(user);
    expect(await count(2, 1, 60)).toBe(true);
  });
}
