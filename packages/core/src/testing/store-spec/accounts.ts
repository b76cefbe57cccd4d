import { expect, it } from 'vitest';
import type { About, SealedKey } from '../../store.ts';
import { aContact, after, aWorld, newId, START, type OpenStore } from './rows.ts';

const aKey = (userId: string, service: string): SealedKey => ({
  id: newId('key'),
  userId,
  service,
  encryptedKey: `sealed ${service}`,
  lastFour: 'abcd',
  host: null,
  createdAt: START,
  updatedAt: START,
});

/** What hangs on a user besides workflows and sessions: keys, files in sessions, answers to calls. */
export function accountSpec(open: OpenStore): void {
  it('changes a user, and tells the number its login tokens must carry', async () => {
    const { store, userId } = await aWorld(open);
    expect(await store.users.tokenEpoch(userId)).toBe(0);
    const changed = await store.users.update(userId, { tokenEpoch: 1, name: 'Ada' }, after(5));
    expect(changed).toMatchObject({ id: userId, tokenEpoch: 1, name: 'Ada', updatedAt: after(5) });
    expect(await store.users.get(userId)).toEqual(changed);
    expect(await store.users.tokenEpoch(userId)).toBe(1);
    expect(await store.users.tokenEpoch('nobody')).toBeNull();
    await expect(store.users.update('nobody', {}, START)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives a user another address, and none that somebody has', async () => {
    const { store, userId } = await aWorld(open);
    const user = (await store.users.get(userId))!;
    const email = `new-${user.email}`;
    expect(await store.users.update(userId, { email }, after(5))).toMatchObject({ email });
    await store.users.create({ ...user, id: `${userId}-2` });
    const taking = store.users.update(userId, { email: user.email }, after(6));
    await expect(taking).rejects.toMatchObject({
      code: 'conflict',
      message: `There is already a user ${user.email}.`,
    });
    expect(await store.users.findByEmail(email)).toMatchObject({ id: userId });
  });

  it('removes a user with everything that is theirs', async () => {
    const { store, userId, begun } = await aWorld(open);
    const session = await begun();
    await store.keys.put(aKey(userId, 'gemini'));
    await store.users.remove(userId);
    expect(await store.users.get(userId)).toBeNull();
    expect(await store.users.tokenEpoch(userId)).toBeNull();
    expect(await store.keys.get(userId, 'gemini')).toBeNull();
    expect(await store.sessions.get(session.id)).toBeNull();
    await expect(store.users.remove(userId)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps one key a service, and gives them a page at a time', async () => {
    const { store, userId } = await aWorld(open);
    const [gemini, twilio, crm] = ['gemini', 'twilio', 'http:crm'].map((service) => aKey(userId, service));
    for (const key of [gemini!, twilio!, crm!]) expect(await store.keys.put(key)).toEqual(key);
    const newer = { ...aKey(userId, 'gemini'), encryptedKey: 'newer', updatedAt: after(9) };
    const replaced = { ...newer, id: gemini!.id, createdAt: gemini!.createdAt };
    expect(await store.keys.put(newer)).toEqual(replaced);
    expect(await store.keys.get(userId, 'gemini')).toEqual(replaced);
    const first = await store.keys.list(userId, { limit: 2 });
    const rest = await store.keys.list(userId, { limit: 2, cursor: first.nextCursor! });
    expect([first.items, rest]).toEqual([[replaced, crm], { items: [twilio], nextCursor: null }]);
    expect(await store.keys.remove(userId, 'twilio')).toBe(true);
    expect(await store.keys.remove(userId, 'twilio')).toBe(false);
  });

  it('seals a key anew only over what was read, and walks over all of them', async () => {
    const { store, userId } = await aWorld(open);
    const mine = ['a', 'b', 'c'].map((service) => aKey(userId, service));
    for (const key of mine) await store.keys.put(key);
    expect(await store.keys.reseal(mine[0]!.id, 'something else', 'new')).toBe(false);
    expect(await store.keys.reseal(mine[0]!.id, mine[0]!.encryptedKey, 'new')).toBe(true);
    const seen: string[] = [];
    for (let last: string | null = null; ;) {
      const rows: SealedKey[] = await store.keys.after(last, 2);
      if (!rows.length) break;
      seen.push(...rows.map(({ id }) => id));
      last = rows.at(-1)!.id;
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen).toEqual(expect.arrayContaining(mine.map(({ id }) => id)));
  });

  it('gives a file back in its session, and nowhere else', async () => {
    const { store, begun } = await aWorld(open);
    const [session, other] = [await begun(), await begun()];
    const bytes = new Uint8Array([0, 1, 2, 255]);
    const file = {
      id: newId('file'),
      sessionId: session.id,
      name: 'a.png',
      mimeType: 'image/png',
      bytes,
      hash: null,
      createdAt: START,
    };
    await store.files.put(file);
    expect(await store.files.get(session.id, file.id)).toEqual(file);
    expect(await store.files.get(other.id, file.id)).toBeNull();
    await store.sessions.remove(session.id);
    expect(await store.files.get(session.id, file.id)).toBeNull();
  });

  it('finds a file again by what it was made from, first of all in the same session', async () => {
    const { store, begun } = await aWorld(open);
    const [one, other, third] = [await begun(), await begun(), await begun()];
    const hash = newId('hash');
    const made = ({ id: sessionId }: { id: string }) => ({
      id: newId('file'),
      sessionId,
      name: 'speech',
      mimeType: 'audio/mpeg',
      bytes: new Uint8Array([1, 2]),
      hash,
      createdAt: START,
    });
    const [first, second] = [made(one), made(other)];
    expect(await store.files.findByHash(hash, one.id)).toBeNull();
    for (const file of [first, second]) await store.files.put(file);
    expect(await store.files.findByHash(hash, one.id)).toEqual(first);
    expect(await store.files.findByHash(hash, other.id)).toEqual(second);
    await store.sessions.remove(one.id);
    expect(await store.files.findByHash(hash, third.id)).toEqual(second);
  });

  it('lets one of many claim a call, and gives the others its answer', async () => {
    const { replies } = await open();
    const nobody = { userId: null, sessionId: null, contactId: null };
    const reply = { id: newId('reply'), fingerprint: 'one', answer: null, ...nobody, createdAt: START };
    const claims = await Promise.all(Array.from({ length: 20 }, () => replies.claim(reply, START)));
    expect(claims.filter((there) => there === null)).toHaveLength(1);
    expect(claims.find((there) => there !== null)).toEqual(reply);
    await replies.answer(reply.id, 'done', about());
    expect(await replies.claim({ ...reply, fingerprint: 'two' }, after(1))).toEqual({
      ...reply,
      answer: 'done',
    });
    await replies.remove(reply.id);
    expect(await replies.claim(reply, START)).toBeNull();
    // Its process died: whoever comes later takes over.
    expect(await replies.claim({ ...reply, createdAt: after(9) }, after(1))).toBeNull();
    await replies.prune(after(10));
    expect(await replies.claim(reply, START)).toBeNull();
  });

  it('forgets what was answered with the session or the contact it tells of, and with whoever asked', async () => {
    const { store, userId, begun } = await aWorld(open);
    const { replies } = store;
    const session = await begun();
    const contact = aContact(userId);
    await store.contacts.create(contact);
    const reply = (more: object = {}) => ({
      ...{ id: newId('reply'), fingerprint: 'one', answer: null, userId, ...about() },
      ...{ createdAt: START, ...more },
    });
    const [started, made, other] = [reply({ userId: null }), reply(), reply()];
    for (const one of [started, made, other]) expect(await replies.claim(one, START)).toBeNull();
    await replies.answer(started.id, 'begun', about({ sessionId: session.id }));
    await replies.answer(made.id, 'made', about({ contactId: contact.id }));
    await replies.answer(other.id, 'done', about());
    await store.sessions.remove(session.id);
    await store.contacts.erase(contact.id);
    for (const one of [started, made]) expect(await replies.claim(one, START)).toBeNull();
    expect(await replies.claim(other, START)).toMatchObject({ answer: 'done' });
    await store.users.remove(userId);
    expect(await replies.claim({ ...other, userId: null }, START)).toBeNull();
  });

  it('changes an account only on top of what was read, when asked to', async () => {
    const { store, userId } = await aWorld(open);
    const change = () => store.users.update(userId, { tokenEpoch: 1 }, after(1), 0);
    expect(await change()).toMatchObject({ tokenEpoch: 1 });
    await expect(change()).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.users.update(newId('user'), {}, START, 0)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('says that it answers', async () => {
    const { ping } = await open();
    await expect(ping()).resolves.toBeUndefined();
  });
}

const about = (more: Partial<About> = {}): About => ({ sessionId: null, contactId: null, ...more });
