import { describe, expect, it } from 'vitest';
import { converse, testWorld, type Sketch } from '@crmflow/core/testing';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { nobody } from '../../packages/core/src/nodes/contact.ts';
import { newContact } from '../../packages/core/src/session/contact.ts';
import { createContacts } from '../../packages/core/src/services/contacts.ts';
import { fromFile } from '../../packages/core/src/workflow/file.ts';

/** Sets this, and says this. */
const setting = (data: object, text: string, more: Partial<Sketch> = {}): Sketch => ({
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'ask', type: 'listen', data: { saveAs: 'answer' } },
    { id: 'set', type: 'logic', data: { kind: 'set', ...data } },
    { id: 'say', type: 'speak', data: { text } },
    { id: 'more', type: 'listen', data: {} },
    { id: 'failed', type: 'speak', data: { text: 'Failed: {{ error.message }}' } },
  ],
  edges: ['start -> ask', 'ask -> set', 'set -> say', 'set.error -> failed', 'say -> more', 'more -> set'],
  ...more,
});
const HELLO =
  'Hello {{ contact.name | default: "stranger" }} of {{ contact.fields.company | default: "nowhere" }}';

/** A world with an owner, who has this workflow and this contact. */
async function withContact(sketch: Sketch, given: object) {
  const { app, owner, pass } = testWorld();
  const api = app.as(owner);
  const workflow = await api.workflows.create({
    ...fromFile({ name: 'test', ...sketch }, 'it'),
    isPublic: true,
  });
  const contact = await api.contacts.create(given);
  const start = async (more: object = {}) => {
    const { session } = await api.sessions.start({ workflowId: workflow.id, ...more });
    const say = async (message: string) => {
      const { events } = await api.sessions.send({ id: session.id, message });
      return events.flatMap((event) =>
        event.type === 'session:message' && event.message.from === 'bot' ? [event.message.text] : [],
      );
    };
    return { id: session.id, say };
  };
  return { app, api, pass, workflow, contact, start };
}
const ada = { name: 'Ada', email: 'Ada@Example.com', fields: { company: 'Analytical' }, tags: ['vip'] };

/** What a channel asks of contacts. */
function aChannel(store: ReturnType<typeof createMemoryStore>) {
  const ids = { row: () => 'made', secret: () => '', hash: (text: string) => text };
  const clock = { now: () => new Date('2026-01-05T09:00:00.000Z') };
  // Erasing alone needs the runner.
  return createContacts({ store, ids, clock, runner: undefined as never, report: () => undefined });
}

describe('a contact in a conversation', () => {
  it('is read whole in a session that its owner starts for it, and written to', async () => {
    const { api, contact, start } = await withContact(
      setting({ contact: { fields: { budget: 'answer' }, addTags: '["lead"]', removeTags: '"vip"' } }, HELLO),
      ada,
    );
    const { say, id } = await start({ contactId: contact.id });
    expect(await say('500')).toEqual(['Hello Ada of Analytical']);
    expect(await api.contacts.get({ id: contact.id })).toMatchObject({
      ...{ email: 'ada@example.com', fields: { company: 'Analytical', budget: '500' } },
      ...{ tags: ['lead'], claimed: [] },
    });
    expect((await api.contacts.sessions({ id: contact.id })).items).toMatchObject([
      { id, contactId: contact.id },
    ]);
  });

  it('is nobody in a session without one: what is read of it is empty', async () => {
    const sketch = setting(
      { values: { known: 'contact.fields.company == null && !("vip" in contact.tags)' } },
      HELLO,
    );
    const { user, said, session } = await converse(sketch);
    await user('hi');
    expect(said().at(-1)).toBe('bot: Hello stranger of nowhere');
    expect((await session()).variables).toMatchObject({ known: true });
  });

  it('shows nothing of a contact whose address a visitor only claims to have', async () => {
    const { api, contact, start } = await withContact(
      setting({ contact: { email: 'answer', fields: { budget: '7' }, consent: { email: 'true' } } }, HELLO),
      { ...ada, consent: { email: { state: 'withdrawn' } } },
    );
    const { say } = await start();
    expect(await say('ADA@example.com')).toEqual(['Hello stranger of nowhere']);
    expect(await say('evil@example.com')).toEqual(['Hello stranger of nowhere']);
    expect(await api.contacts.get({ id: contact.id })).toMatchObject({
      ...{ name: 'Ada', email: 'ada@example.com', fields: { company: 'Analytical', budget: 7 } },
      ...{ consent: { email: { state: 'withdrawn' } }, claimed: ['fields.budget'] },
    });
    expect((await api.contacts.list({})).items).toHaveLength(1);
  });

  it('is made of what a visitor says once there is an address, and the same session goes on with it', async () => {
    const sketch = setting({ contact: { name: '"Grace"', fields: { first: 'answer' } } }, HELLO);
    const nodes = [
      ...sketch.nodes.filter(({ id }) => id !== 'more'),
      { id: 'more', type: 'listen' as const, data: { kind: 'phone', saveAs: 'phone' } },
      { id: 'keep', type: 'logic' as const, data: { kind: 'set', contact: { phone: 'phone' } } },
      {
        id: 'may',
        type: 'listen' as const,
        data: { kind: 'confirm', saveAs: 'may', prompt: 'May we text you?' },
      },
      { id: 'consent', type: 'logic' as const, data: { kind: 'set', contact: { consent: { sms: 'may' } } } },
    ];
    const edges = ['start -> ask', 'ask -> set', 'set -> say', 'say -> more', 'more -> keep', 'keep -> may'];
    const ways = [...edges, 'may -> consent'];
    const { api, user } = await converse({ nodes, edges: ways, settings: { country: 'DE' } });
    await user('a');
    expect((await api.contacts.list({})).items).toEqual([]);
    await user('030 1234567');
    await user('yes');
    expect((await api.contacts.list({})).items).toMatchObject([
      {
        ...{ name: 'Grace', phone: '+49301234567', fields: { first: 'a' } },
        consent: { sms: { state: 'granted', at: '2026-01-05T09:00:00.000Z' } },
        claimed: ['name', 'phone', 'fields.first', 'consent.sms'],
      },
    ]);
  });

  it('is shown no claim of others in a session that a channel starts for a proved number', async () => {
    const store = createMemoryStore();
    const { app, owner } = testWorld({ store });
    const api = app.as(owner);
    const phone = '+4930123456';
    const channel = aChannel(store);
    const { id, person } = await channel.byAddress('owner', { phone });
    expect(person).toEqual({ ...nobody(), phone });
    await api.contacts.update({ id, name: 'Ada', fields: { company: 'Analytical' } });
    const sketch = setting(
      { contact: { phone: `"${phone}"`, name: 'answer', fields: { secret: '1' } } },
      HELLO,
    );
    const { id: workflowId } = await api.workflows.create(fromFile({ name: 'test', ...sketch }, 'it'));
    const { session } = await api.sessions.start({ workflowId });
    await api.sessions.send({ id: session.id, message: 'Mallory' });
    expect(await api.contacts.get({ id })).toMatchObject({
      name: 'Mallory',
      claimed: ['name', 'fields.secret'],
    });
    const again = await channel.byAddress('owner', { phone });
    expect(again).toEqual({ id, person: { ...nobody(), phone, fields: { company: 'Analytical' } } });
  });

  it('keeps the number that its holder has proved, whoever claimed it before', async () => {
    const store = createMemoryStore();
    const { app, owner } = testWorld({ store });
    const api = app.as(owner);
    const channel = aChannel(store);
    const [victims, own] = ['+4930123456', '+4930999999'];
    const sketch = setting({ contact: { phone: 'answer' } }, HELLO);
    const nodes = sketch.nodes.map((node) =>
      node.id === 'more' ? { ...node, data: { saveAs: 'answer' } } : node,
    );
    const { id: workflowId } = await api.workflows.create(fromFile({ name: 'test', ...sketch, nodes }, 'it'));
    const { session } = await api.sessions.start({ workflowId });
    await api.sessions.send({ id: session.id, message: victims });
    const { id } = await channel.byAddress('owner', { phone: victims });
    await api.contacts.update({ id, fields: { secret: 'of the victim' } });
    await api.sessions.send({ id: session.id, message: own });
    expect(await api.contacts.get({ id })).toMatchObject({ phone: victims, claimed: [] });
    expect((await channel.byAddress('owner', { phone: own })).person.fields).toEqual({});
  });

  it.each([
    ['email', { email: '"nobody"' }],
    ['phone', { phone: '"123"' }],
    ['timeZone', { timeZone: '"Mars/Base"' }],
    ['language', { language: '"no language"' }],
    ['name', { name: '" "' }],
    ['addTags', { addTags: '["a,b"]' }],
  ])('leaves by error when the %s to be written is none, and writes nothing', async (field, contact) => {
    const { user, said, api } = await converse(
      setting({ contact: { fields: { a: '1' }, ...contact } }, 'ok'),
    );
    await user('hi');
    expect(said().at(-1)).toMatch(
      new RegExp(`^bot: Failed: The contact was not written. contact.${field}: `),
    );
    expect((await api.contacts.list({})).items).toEqual([]);
  });

  it('writes nothing where an expression gives no value', async () => {
    const { api, contact, start } = await withContact(
      setting(
        { contact: { name: 'null', email: '""', fields: { company: 'contact.fields.nothing' } } },
        HELLO,
      ),
      ada,
    );
    const { say } = await start({ contactId: contact.id });
    await say('x');
    const { updatedAt: _at, ...kept } = contact;
    expect(await api.contacts.get({ id: contact.id })).toMatchObject(kept);
  });

  it("waits in the contact's time zone where the node names none", async () => {
    const sketch: Sketch = {
      settings: { timeZone: 'Europe/Berlin' },
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'until', type: 'logic', data: { kind: 'until', on: { time: '10:00' } } },
        { id: 'say', type: 'speak', data: { text: 'Morning!' } },
      ],
      edges: ['start -> until', 'until -> say'],
    };
    const { api, contact, start } = await withContact(sketch, { timeZone: 'America/New_York' });
    const untilOf = async (id: string) => (await api.sessions.get({ id })).wait;
    expect(await untilOf((await start()).id)).toEqual({ for: 'time', until: '2026-01-06T09:00:00.000Z' });
    const { id } = await start({ contactId: contact.id });
    expect(await untilOf(id)).toEqual({ for: 'time', until: '2026-01-05T15:00:00.000Z' });
  });

  it('tells the author of a part that a contact does not have', async () => {
    const sketch = setting(
      { values: { a: 'contact.emial', b: 'contact.email > 3' } },
      '{{ contact.company }} {{ contact.fields.company }}',
    );
    const { nodes, edges } = fromFile({ name: 'test', ...sketch }, 'it');
    const found = await testWorld()
      .app.as({ role: 'user', userId: 'owner' })
      .workflows.validate({ nodes, edges });
    expect(found.problems.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "set, values.a: contact has no part emial. Did you mean email?",
        "set, values.b: contact.email > 3 compares a text with a number; write number(contact.email).",
        "say, text: contact has no part company. What you keep of your own is contact.fields.company.",
        "failed leads nowhere by out: the conversation ends there. An end node would say so.",
      ]
    `);
  });
});

describe('a contact', () => {
  it.each([
    ['first name', 'fields.first name: a field is named by letters, digits and _ and starts with a letter'],
    ['constructor', 'fields.constructor: a field may not have this name'],
  ])('has no field %s, and is told why', async (name, message) => {
    const { app, owner } = testWorld();
    await expect(app.as(owner).contacts.create({ fields: { [name]: 1 } })).rejects.toMatchObject({ message });
  });

  it('holds no more than one can be read, however it is written', async () => {
    const { app, owner } = testWorld();
    const api = app.as(owner);
    const much = 'x'.repeat(40_000);
    const { id } = await api.contacts.create({ fields: { a: much } });
    const more = api.contacts.update({ id, fields: { b: much } });
    await expect(more).rejects.toMatchObject({ code: 'too_large' });
    const { fields } = await api.contacts.update({ id, fields: { a: null, b: much } });
    expect(fields).toEqual({ b: much });
  });

  it('is one of too many for a file, however many there are: that is said', async () => {
    const store = createMemoryStore();
    const endless: typeof store.contacts.list = async () => ({
      items: [{ ...newContact('c', 'owner', '2026-01-05T09:00:00Z'), fields: { a: 'x'.repeat(1_000_000) } }],
      nextCursor: 'more',
    });
    const { app, owner } = testWorld({
      store: { ...store, contacts: { ...store.contacts, list: endless } },
    });
    await expect(app.as(owner).contacts.export({})).rejects.toMatchObject({ code: 'too_large' });
  });

  it('is erased with a conversation that nobody can read any more', async () => {
    const store = createMemoryStore();
    const before = testWorld({ store });
    const api = before.app.as(before.owner);
    const sketch = setting({ values: { a: '1' } }, HELLO);
    const { id: workflowId } = await api.workflows.create(fromFile({ name: 'test', ...sketch }, 'it'));
    const { id } = await api.contacts.create(ada);
    const { session } = await api.sessions.start({ workflowId, contactId: id });
    const get = () => Promise.reject(new CrmflowError('internal', 'unreadable'));
    const { app, owner } = testWorld({ store: { ...store, versions: { ...store.versions, get } } });
    await app.as(owner).contacts.remove({ id });
    expect(await store.sessions.get(session.id)).toBeNull();
  });
});

describe('whom a session may be started for', () => {
  it('is a contact of the owner of the workflow, and of nobody else', async () => {
    const { app, api, contact, workflow } = await withContact(setting({ values: { a: '1' } }, HELLO), ada);
    const stranger = app.as({ role: 'user', userId: 'stranger' });
    const theirs = await stranger.contacts.create({ name: 'Theirs' });
    const unknown = { code: 'not_found', message: expect.stringMatching(/^There is no contact/) as string };
    const start = { workflowId: workflow.id };
    for (const [who, contactId] of [
      [api, theirs.id],
      [api, 'unknown'],
      [stranger, contact.id],
      [stranger, theirs.id],
      [app.as({ role: 'guest' }), contact.id],
    ] as const)
      await expect(who.sessions.start({ ...start, contactId })).rejects.toMatchObject(unknown);
  });

  it('is shown to the owner alone', async () => {
    const { app, contact, start } = await withContact(setting({ values: { a: '1' } }, HELLO), ada);
    const { id } = await start({ contactId: contact.id });
    const { items } = await app.as({ role: 'user', userId: 'owner' }).sessions.list({});
    expect(items).toMatchObject([{ id, contactId: contact.id }]);
  });
});

it.each(['+49 30 1234567', ' +49 (0)30/123-45 67 ', '0049.30.1234567', '+49 30 123\u20114567'])(
  'takes a number as people write it: %s',
  async (phone) => {
    const { app, owner } = testWorld();
    expect(await app.as(owner).contacts.create({ phone })).toMatchObject({ phone: '+49301234567' });
  },
);
it.each(['030 1234567', '+49 30 12x34567', '++49301234567', '+49'])(
  'refuses a number that is none, or none without its country: %s',
  async (phone) => {
    const { app, owner } = testWorld();
    await expect(app.as(owner).contacts.create({ phone })).rejects.toMatchObject({ code: 'invalid_input' });
  },
);
