import { expect, it } from 'vitest';
import { aUser, newId, type OpenStore } from './rows.ts';

export function userSpec(open: OpenStore): void {
  it('gives a user back by id and by e-mail address', async () => {
    const { users } = await open();
    const ada = { ...aUser(), name: 'Ada Lovelace 🧮', password: '$2b$10$abc' };
    await users.create(ada);
    await users.create(aUser());
    expect(await users.get(ada.id)).toEqual(ada);
    expect(await users.findByEmail(ada.email)).toEqual(ada);
  });

  it('gives nothing for an id or an address that nobody has', async () => {
    const { users } = await open();
    expect(await users.get(newId('user'))).toBeNull();
    expect(await users.findByEmail('nobody@example.org')).toBeNull();
  });

  it('refuses a second user under one id or one address', async () => {
    const { users } = await open();
    const ada = aUser();
    await users.create(ada);
    await expect(users.create({ ...aUser(), id: ada.id })).rejects.toMatchObject({ code: 'conflict' });
    await expect(users.create({ ...aUser(), email: ada.email })).rejects.toMatchObject({ code: 'conflict' });
    expect(await users.get(ada.id)).toEqual(ada);
  });
}
