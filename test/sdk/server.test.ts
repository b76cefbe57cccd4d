import { fromFile } from '@crmflow/core';
import { contract, entries } from '@crmflow/core/contract';
import { testWorld } from '@crmflow/core/testing';
import { CRMFlow, CrmflowError } from '@crmflow/sdk';
import { expect, it } from 'vitest';
import { shippedTemplates } from '../../packages/core/src/adapters/shipped-templates.ts';
import { closing, cuttable, served, twoQuestions } from './kit.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery' };
const pdf = new Blob(['%PDF-1.7 and no more'], { type: 'application/pdf' });
const text = new TextEncoder().encode('We are open Monday to Friday, 9 to 17.');

/** What came of a call that may be refused here: its answer, or the code of the refusal. */
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (cause: unknown) => {
      if (cause instanceof CrmflowError) return cause.code;
      throw cause;
    },
  );

/** A server, a client of it, and the operations that clients have asked for. */
async function recorded() {
  const world = testWorld({ templates: await shippedTemplates() });
  const { url } = await served(world, { operatorToken: 'the-operator' });
  const asked: string[] = [];
  const recording: typeof fetch = (address, init) => {
    asked.push(`${init?.method?.toLowerCase()} ${new URL(String(address)).pathname.replace('/api', '')}`);
    return fetch(address, init);
  };
  const clientFor = (token?: string) => new CRMFlow({ url, token, fetch: recording, retries: 0 });
  return { clientFor, asked };
}

async function accounts(clientFor: (token?: string) => CRMFlow) {
  const [client, operator] = [clientFor(), clientFor('the-operator')];
  const { user } = await client.register({ ...ada, name: 'Ada' });
  expect(await client.auth.me()).toEqual({ user });
  const old = client.token;
  const newPassword = 'a better horse battery';
  await client.auth.changePassword({ currentPassword: ada.password, newPassword });
  expect(client.token).not.toBe(old);
  expect((await client.login({ ...ada, password: newPassword })).user).toMatchObject({ email: ada.email });
  await expect(clientFor(old).auth.me()).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });

  const bob = await operator.users.create({ email: 'bob@example.com', password: ada.password });
  const emails: string[] = [];
  for await (const { email } of operator.users.list.all({ limit: 1 })) emails.push(email);
  expect(emails).toEqual(expect.arrayContaining([ada.email, bob.email]));
  expect(await operator.users.update({ id: bob.id, name: 'Bob' })).toMatchObject({ id: bob.id, name: 'Bob' });
  expect(await operator.users.remove({ id: bob.id })).toEqual({});
  await operator.keys.rotate();
  return client;
}

async function workflows(client: CRMFlow): Promise<string> {
  const { nodes } = await client.templates.get({ id: 'lead-qualification' });
  const copy = await client.workflows.clone({ templateId: 'lead-qualification', name: 'Mine' });
  expect(copy.nodes).toHaveLength(nodes.length);
  const { id } = await client.workflows.create({ name: 'Files' });
  const file = { id: 'file', type: 'listen' as const, data: { kind: 'file', prompt: 'A file?' } };
  const graph = {
    nodes: [{ id: 'start', type: 'trigger' as const }, file],
    edges: [{ sourceNodeId: 'start', targetNodeId: 'file' }],
  };
  const { problems } = await client.workflows.validate(graph);
  expect(problems).toMatchObject([{ severity: 'warning', nodeId: 'file' }]);
  const saved = await client.workflows.update({ id, ...graph, isPublic: true });
  const tooLate = client.workflows.publish({ id, ifRevision: saved.revision - 1 });
  await expect(tooLate).rejects.toMatchObject({ code: 'stale' });
  const published = await client.workflows.publish({ id, ifRevision: saved.revision });
  expect(published.hasUnpublishedChanges).toBe(false);
  expect(await client.workflows.getPublished({ id })).toMatchObject({
    id,
    nodes: [{ id: 'start' }, { id: 'file' }],
  });
  expect(await client.workflows.unpublish({ id })).toMatchObject({ publishedAt: null });
  expect(await client.workflows.report({ id, since: '2026-01-01T00:00:00Z' })).toMatchObject({
    ...{ since: '2026-01-01T00:00:00.000Z', started: 0 },
    nodes: [{ nodeId: 'start' }, { nodeId: 'file' }],
  });
  const lost = client.workflows.update({ id, name: 'Late', ifRevision: saved.revision - 1 });
  await expect(lost).rejects.toMatchObject({ code: 'stale', details: { current: { id, name: 'Files' } } });
  expect(await client.workflows.find({ name: 'Files' })).toEqual(await client.workflows.get({ id }));
  expect((await client.workflows.list()).items.map(({ name }) => name)).toEqual(['Files', 'Mine']);
  expect(await client.workflows.remove({ id: copy.id })).toEqual({});
  return id;
}

async function conversations(client: CRMFlow, guest: CRMFlow, workflowId: string) {
  const { session, token } = await guest.sessions.start({ workflowId });
  const { id } = session;
  const live = await guest.resume({ sessionId: id, token });
  closing(() => live.close());
  const turn = await live.sendFile({ name: 'hours.txt', mimeType: 'text/plain', bytes: text });
  expect(turn.session.status).toBe('finished');
  const { items } = await guest.sessions.messages({ id });
  const { id: fileId = '', url } = items.at(-1)!.file!;
  expect(url).toBe(`/api/sessions/${id}/files/${fileId}`);
  expect(await guest.sessions.file({ id, fileId })).toEqual({
    name: 'hours.txt',
    mimeType: 'text/plain',
    bytes: text,
  });
  expect((await client.sessions.get({ id })).status).toBe('finished');
  expect((await guest.sessions.events({ id, after: 2, limit: 1 })).items).toMatchObject([{ seq: 3 }]);
  expect((await client.sessions.list({ workflowId })).items).toHaveLength(1);

  const stepping = await client.start({ workflowId, mode: 'step' });
  closing(() => stepping.close());
  await stepping.execute('start');
  await stepping.advance('start');
  expect(await codeOf(stepping.send('not now'))).toBe('conflict');
  expect(await codeOf(client.sessions.reply({ id: stepping.id, message: 'Hello' }))).toBe('conflict');
  expect(await codeOf(client.sessions.handBack({ id: stepping.id }))).toBe('conflict');
  await stepping.end();
  expect((await client.logs.list({ eventType: 'session_end' })).items).toHaveLength(2);
  expect(await client.sessions.remove({ id })).toEqual({});
  expect(await codeOf(guest.sessions.get({ id }))).toBe('not_found');
}

async function people(client: CRMFlow) {
  const { id } = await client.contacts.create({ name: 'Ada', email: 'Ada@Example.com', tags: ['lead'] });
  const read = await client.contacts.get({ id });
  // What was read may be sent back.
  const again = await client.contacts.update({ ...read, fields: { company: '=Analytical' } });
  expect(again).toMatchObject({ email: 'ada@example.com', fields: { company: '=Analytical' } });
  expect((await client.contacts.list({ tag: 'lead', q: 'ada' })).items).toEqual([again]);
  const { name, mimeType, bytes } = await client.contacts.export();
  const [head, row] = new TextDecoder().decode(bytes).split('\r\n');
  expect({ name, mimeType }).toEqual({ name: 'contacts.csv', mimeType: 'text/csv' });
  expect([head, row]).toEqual([
    expect.stringMatching(/^id,name,email,.*,fields\.company$/),
    expect.stringMatching(/,Ada,ada@example\.com,.*,'=Analytical$/),
  ]);
  expect(await client.contacts.sessions({ id })).toEqual({ items: [], nextCursor: null });
  expect(await client.contacts.remove({ id })).toEqual({});
}

async function knowledge(client: CRMFlow) {
  const item = await client.knowledge.manual({ question: 'When are you open?', answer: 'Nine to five.' });
  await client.knowledge.file({ file: { name: 'hours.txt', mimeType: 'text/plain', bytes: text } });
  expect(await codeOf(client.knowledge.pdf({ file: pdf }))).toBe('unprocessable');
  expect(await codeOf(client.knowledge.scrape({ url: 'http://127.0.0.1/' }))).not.toBe('ok');
  expect(await codeOf(client.knowledge.voice({ file: text }))).not.toBe('ok');
  await client.knowledge.update({ id: item.id, enabled: false });
  expect(await client.knowledge.get({ id: item.id })).toMatchObject({
    enabled: false,
    content: 'Nine to five.',
  });
  expect((await client.knowledge.search({ q: 'open on Friday' })).items[0]).toMatchObject({
    source: 'hours.txt',
  });
  expect(await client.knowledge.remove({ id: item.id })).toEqual({});
  expect((await client.knowledge.list()).items).toHaveLength(1);

  const { text: said } = await client.ai.generate({ prompt: 'When are you open?' });
  const parts: string[] = [];
  for await (const part of client.stream({ prompt: 'When are you open?' })) parts.push(part.type);
  expect(said).toContain('Monday');
  expect(parts).toEqual([...parts.slice(1).map(() => 'chunk'), 'done']);
  expect(await client.ai.usage()).toEqual({ items: [], nextCursor: null });
  expect(await codeOf(client.ai.generateWorkflow({ prompt: 'Ask for a name' }))).toBe('unavailable');
}

/** The operations of these nouns that nobody has asked for. */
function unasked(asked: string[], nouns: string[]): string[] {
  const isAsked = ({ method, path }: (typeof entries)[number]['op']) => {
    const pattern = new RegExp(`^${method} ${path.replace(/:\w+/g, '[^/]+')}$`);
    return asked.some((request) => pattern.test(request));
  };
  return entries.flatMap(({ noun, verb, op }) =>
    nouns.includes(noun) && !isAsked(op) ? [`${noun}.${verb}`] : [],
  );
}
const learned = ['knowledge', 'ai'];
const others = Object.keys(contract).filter((noun) => !learned.includes(noun));

it('speaks every operation about accounts, workflows, conversations and keys', async () => {
  const { clientFor, asked } = await recorded();
  const client = await accounts(clientFor);
  await conversations(client, clientFor(), await workflows(client));
  await people(client);
  await client.keys.set({ service: 'gemini', key: 'a-secret-of-some-length-1234' });
  expect((await client.keys.list()).items).toMatchObject([{ service: 'gemini', lastFour: '1234' }]);
  expect(await codeOf(client.keys.test({ service: 'openai' }))).toBe('not_found');
  expect(await client.keys.remove({ service: 'gemini' })).toEqual({});
  expect((await client.templates.list()).items).toHaveLength(12);
  expect(await client.health.get()).toMatchObject({ status: 'ok', database: 'ok' });
  expect(await client.health.ready()).toEqual({ status: 'ready' });
  expect(await client.auth.close()).toEqual({});
  expect(unasked(asked, others)).toEqual([]);
});

it('speaks every operation about knowledge, and asks for answers from it', async () => {
  const { clientFor, asked } = await recorded();
  const client = clientFor();
  await client.register(ada);
  await knowledge(client);
  expect(unasked(asked, learned)).toEqual([]);
});

it('lets whoever runs the server hear conversations live', async () => {
  const { url } = await served(testWorld(), { operatorToken: 'the-operator' });
  const operator = new CRMFlow({ url, token: 'the-operator' });
  const file = fromFile({ name: 'talk', isPublic: true, ...twoQuestions }, 'the sketch');
  const { id: workflowId } = await operator.workflows.create(file);
  const session = await new CRMFlow({ url }).start({ workflowId });
  closing(() => session.close());
  let hear: (type: string) => void = () => undefined;
  const heard = new Promise<string>((resolve) => (hear = resolve));
  closing(await operator.watch(session.id, ({ type }) => hear(type)));
  await session.send('Ada');
  expect(await heard).toBe('session:message');
});

it('does once what was sent twice with one key', async () => {
  const { url } = await served();
  const client = new CRMFlow({ url });
  await client.register(ada);
  const twice = () => client.workflows.create({ name: 'Once' }, { idempotencyKey: 'one' });
  expect(await twice()).toEqual(await twice());
  expect((await client.workflows.list()).items).toHaveLength(1);
});

it('hears nothing more when the password was changed elsewhere', async () => {
  const { url, keep } = await served();
  const line = await cuttable(url);
  const client = new CRMFlow({ url: line.url });
  await client.register(ada);
  const session = await client.start({ workflowId: await keep(twoQuestions) });
  closing(() => session.close());
  const other = new CRMFlow({ url, token: client.token });
  await other.auth.changePassword({ currentPassword: ada.password, newPassword: 'a better horse battery' });
  await expect(session.send('Ada')).rejects.toMatchObject({ code: 'unauthenticated' });
  line.cut();
  const hearing = (async () => {
    for await (const event of session) expect(event.seq).toBeGreaterThan(0);
  })();
  await expect(hearing).rejects.toMatchObject({ code: 'unauthenticated' });
});
