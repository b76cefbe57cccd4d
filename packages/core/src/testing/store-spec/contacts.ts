import { expect, it } from 'vitest';
import { nobody } from '../../nodes/contact.ts';
import { changed, type Contact, type PersonPatch } from '../../session/contact.ts';
import type { Session } from '../../session/session.ts';
import type { Commit } from '../../store.ts';
import {
  aContact,
  after,
  allIn,
  allOf,
  aUser,
  aWorld,
  beginning,
  moving,
  newId,
  START,
  type OpenStore,
} from './rows.ts';
import { inPages, walk } from './walk.ts';

/** A commit in which the session writes this of its person. */
function writing(from: Session, patch: PersonPatch, given: Partial<Session> = {}): Commit {
  const person = { ...nobody(), ...from.contact?.person, ...(patch as object) };
  const contact = { isProven: from.contact?.isProven ?? false, person };
  return { ...moving(from, 'Hi', { contact, ...given }), contact: { patch, newId: `made by ${from.id}` } };
}

export function contactSpec(open: OpenStore): void {
  it('gives a contact back as it was written, also by its addresses', async () => {
    const { store, userId } = await aWorld(open);
    const contact = aContact(userId, {
      ...{ name: 'Ada "A" Lovelace\n🙂', email: `${newId('ada')}@example.org`, phone: newPhone() },
      ...{ timeZone: 'Europe/London', language: 'en-GB', tags: ['lead', 'ä b'], claimed: ['name'] },
      fields: { z: 1, a: { deep: [null, true] } },
      consent: { sms: { state: 'granted', at: START, source: 'owner' } },
    });
    await store.contacts.create(contact);
    const { id, email, phone } = contact;
    expect(await store.contacts.get(id)).toEqual(contact);
    expect(Object.keys((await store.contacts.get(id))!.fields)).toEqual(['z', 'a']);
    expect(await store.contacts.findBy(userId, { email: email! })).toEqual(contact);
    expect(await store.contacts.findBy(userId, { phone: phone! })).toEqual(contact);
    expect(await store.contacts.findBy(newId('user'), { email: email! })).toBeNull();
    expect(await store.contacts.get(newId('contact'))).toBeNull();
  });

  it('keeps one contact of each user under an address', async () => {
    const { store, userId } = await aWorld(open);
    const stranger = aUser();
    await store.users.create(stranger);
    const email = `${newId('ada')}@example.org`;
    const [first, other] = [aContact(userId, { email }), aContact(userId)];
    for (const contact of [first, other, aContact(stranger.id, { email })])
      await store.contacts.create(contact);
    await expect(store.contacts.create(aContact(userId, { email }))).rejects.toMatchObject(taken);
    await expect(store.contacts.update(other.id, { email }, after(1))).rejects.toMatchObject(taken);
    expect(await store.contacts.get(other.id)).toEqual(other);
    await expect(store.contacts.update(newId('contact'), {}, START)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('changes what a patch says and nothing else', async () => {
    const { store, userId } = await aWorld(open);
    const contact = aContact(userId, {
      name: 'Ada',
      fields: { a: 1, b: 2 },
      tags: ['x', 'y'],
      claimed: ['name'],
    });
    await store.contacts.create(contact);
    const patch: PersonPatch = {
      name: 'Ada L.',
      fields: { b: null, c: 3 },
      addTags: ['z'],
      removeTags: ['x'],
    };
    const saved = await store.contacts.update(contact.id, patch, after(5));
    expect(saved).toEqual({
      ...contact,
      ...{ name: 'Ada L.', fields: { a: 1, c: 3 }, tags: ['y', 'z'], claimed: [], updatedAt: after(5) },
    });
    expect(await store.contacts.get(contact.id)).toEqual(saved);
  });

  it('lists contacts newest first, a page at a time, by tag and by what they begin with', async () => {
    const { store, userId } = await aWorld(open);
    const [mail, phone] = [newId('mail'), newPhone()];
    const made = [
      aContact(userId, { name: 'Ada Lovelace', tags: ['lead'] }),
      aContact(userId, { name: 'Grace', email: `${mail}@example.org`, createdAt: after(1) }),
      aContact(userId, { name: '100%_\\', phone, tags: ['lead', 'vip'], createdAt: after(2) }),
    ];
    for (const contact of made) await store.contacts.create(contact);
    const newest = inPages(made.toReversed(), 2);
    expect(await walk((page) => store.contacts.list(userId, page), 2)).toEqual(newest);
    const names = async (only: object) =>
      (await store.contacts.list(userId, { limit: 9 }, only)).items.map(({ name }) => name);
    expect(await names({ tag: 'lead' })).toEqual(['100%_\\', 'Ada Lovelace']);
    expect(await names({ tag: 'lea' })).toEqual([]);
    expect(await names({ q: 'ADA' })).toEqual(['Ada Lovelace']);
    expect(await names({ q: 'love' })).toEqual(['Ada Lovelace']);
    expect(await names({ q: mail.toUpperCase() })).toEqual(['Grace']);
    expect(await names({ q: phone.slice(0, -1) })).toEqual(['100%_\\']);
    for (const q of ['%', '_', '\\', 'ce']) expect(await names({ q })).toEqual([]);
    expect(await names({ q: '100%_\\' })).toEqual(['100%_\\']);
  });

  it('writes what a session says of its person together with the session, or not at all', async () => {
    const { store, userId, session } = await aWorld(open);
    const contact = aContact(userId, { name: 'Ada' });
    await store.contacts.create(contact);
    const begins = beginning(
      session({ contactId: contact.id, contact: { isProven: true, person: nobody() } }),
    );
    const writes = writing(begins.session, { fields: { plan: 'pro' } });
    for (const commit of [begins, writes]) await store.sessions.commit(commit);
    const late = writing(begins.session, { fields: { plan: 'free' } });
    await expect(store.sessions.commit(late)).rejects.toMatchObject({ code: 'conflict' });
    expect(await allOf(store, userId, begins.session.id)).toEqual(allIn([begins, writes]));
    expect(await store.contacts.get(contact.id)).toMatchObject({ fields: { plan: 'pro' }, claimed: [] });
  });

  it('makes one contact of all sessions that give the same address, however many at once', async () => {
    const { store, userId, begun } = await aWorld(open);
    const email = `${newId('ada')}@example.org`;
    const sessions = await Promise.all(Array.from({ length: 10 }, () => begun()));
    const commits = sessions.map((one, n) => writing(one, { email, fields: { [`f${n}`]: n } }));
    await Promise.all(commits.map((commit) => store.sessions.commit(commit)));
    const { items } = await store.contacts.list(userId, { limit: 9 });
    expect(items).toHaveLength(1);
    expect(Object.keys(items[0]!.fields)).toHaveLength(10);
    const timeline = await store.sessions.list({ of: { contactId: items[0]!.id } }, { limit: 99 });
    expect(timeline.items).toHaveLength(10);
    expect(await store.sessions.openWith(items[0]!.id)).toHaveLength(10);
  });

  it('lets nobody who gives an address change the addresses and the consent kept under it', async () => {
    const { store, userId, begun } = await aWorld(open);
    const email = `${newId('ada')}@example.org`;
    const consent = { email: { state: 'withdrawn', at: START, source: 'owner' } } as const;
    const contact = aContact(userId, { name: 'Ada', email, consent });
    await store.contacts.create(contact);
    const claims: PersonPatch = {
      ...{ email, phone: newPhone(), fields: { budget: 5 } },
      consent: { email: { state: 'granted', at: after(1), source: 'visitor' } },
    };
    const writes = writing(await begun(), claims);
    await store.sessions.commit(writes);
    const { updatedAt } = writes.session;
    const expected: Contact = { ...contact, fields: { budget: 5 }, claimed: ['fields.budget'], updatedAt };
    expect(await store.contacts.get(contact.id)).toEqual(expected);
    expect(await store.sessions.get(writes.session.id)).toMatchObject({ contactId: contact.id });
    expect(changed(expected, { fields: { budget: 5 } }, START).claimed).toEqual([]);
  });

  it('erases a person with every session they had, and keeps the log', async () => {
    const { store, userId, session, begun } = await aWorld(open);
    const contact = aContact(userId);
    await store.contacts.create(contact);
    const begins = beginning(session({ contactId: contact.id }));
    await store.sessions.commit(begins);
    const other = await begun();
    await store.contacts.erase(contact.id);
    expect(await store.contacts.get(contact.id)).toBeNull();
    expect(await store.sessions.get(other.id)).not.toBeNull();
    const left = await allOf(store, userId, begins.session.id);
    expect(left).toMatchObject({
      session: null,
      lines: [],
      events: [],
      logs: [{ eventType: 'session_start' }],
    });
    await expect(store.sessions.commit(moving(begins.session))).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.sessions.commit(beginning(session({ contactId: contact.id })))).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(store.contacts.erase(contact.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('removes contacts with their user', async () => {
    const { store, userId } = await aWorld(open);
    const contact = aContact(userId);
    await store.contacts.create(contact);
    await store.users.remove(userId);
    expect(await store.contacts.get(contact.id)).toBeNull();
  });
}

const taken = { code: 'conflict' };
let phones = 0;
const newPhone = () => `+4930${String(Date.now()).slice(-7)}${String(++phones).padStart(3, '0')}`;
