import { fromFile, problems, type FileContent } from '@crmflow/core';
import { ExpectedConversation, replay, testWorld, type Sketch, type TestWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { doorTo, serve, type Neighbour } from '../http/support.ts';

const KEY = 'sk-live-0123456789-"quoted"';
const start = { id: 'start', type: 'trigger' } as const;
const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
const calling = (data: object): Sketch => ({
  nodes: [
    start,
    {
      id: 'call',
      type: 'integration',
      data: { key: 'http:crm', retries: 0, results: { all: '.' }, ...data },
    },
    say('ok', 'Done. {{ all }}'),
    say('sorry', '{{ error.message }}'),
  ],
  edges: ['start -> call', 'call -> ok', 'call.error -> sorry'],
});
const file = (sketch: Sketch): FileContent =>
  fromFile(JSON.parse(JSON.stringify({ name: 'test', ...sketch })), 'the sketch');

/** A server on loopback that notes the headers it is sent. */
async function listening(answer = (_headers: object) => '{}') {
  const heard: Record<string, unknown>[] = [];
  const server = await serve(({ headers }, response) => {
    heard.push(headers);
    response.setHeader('content-type', 'application/json');
    response.end(answer(headers));
  });
  return { ...server, heard };
}
const worldTo = (...servers: Neighbour[]) => testWorld({ http: doorTo(...servers) });

/** What is said by a workflow of the owner's to a stranger, and all that anybody can read of it afterwards. */
async function run(world: TestWorld, sketch: Sketch) {
  const api = world.app.as(world.owner);
  const { id: workflowId } = await api.workflows.create({ ...file(sketch), isPublic: true });
  const { session } = await world.app.as({ role: 'guest' }).sessions.start({ workflowId });
  const { id } = session;
  const { items: said } = await api.sessions.messages({ id });
  const [now, { items: logs }] = [await api.sessions.get({ id }), await api.logs.list({})];
  return {
    said: said.map(({ text }) => text),
    variables: now.variables,
    all: JSON.stringify([said, now, logs, world.told]),
  };
}

describe('a stored key', () => {
  it('is sent to its host as a bearer token, and is in nothing that is answered, told or logged', async () => {
    const server = await listening();
    const world = worldTo(server);
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key: KEY, host: server.host });
    const { said, all } = await run(world, calling({ url: `${server.url}/leads`, method: 'POST', json: {} }));
    expect(said).toEqual(['Done. {}']);
    expect(server.heard).toMatchObject([{ authorization: `Bearer ${KEY}` }]);
    expect(all).not.toContain('0123456789');
  });

  it('is sent in the header that is named, by itself', async () => {
    const server = await listening();
    const world = worldTo(server);
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key: KEY, host: server.host });
    await run(world, calling({ url: server.url, keyHeader: 'X-Api-Key' }));
    expect(server.heard).toMatchObject([{ 'x-api-key': KEY }]);
    expect(server.heard[0]).not.toHaveProperty('authorization');
  });

  it('is taken out of an answer that repeats it, as text and as a name, wherever it stands', async () => {
    const server = await listening((headers) =>
      JSON.stringify({ headers, list: [`The key ${KEY} is over.`, { [KEY]: 1 }], count: 3 }),
    );
    const world = worldTo(server);
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key: KEY, host: server.host });
    const { variables, all } = await run(world, calling({ url: server.url }));
    expect(variables?.all).toMatchObject({
      headers: { authorization: 'Bearer [key]' },
      list: ['The key [key] is over.', { '[key]': 1 }],
      count: 3,
    });
    expect(all).not.toContain('0123456789');
  });

  it('is not sent to any host but its own, whatever the address says', async () => {
    const [server, other] = [await listening(), await listening()];
    const world = worldTo(server, other);
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key: KEY, host: server.host });
    const { said } = await run(world, calling({ url: other.url }));
    expect(said).toEqual([
      `The key http:crm belongs to ${server.host}, and this request goes to ${other.host}. Nothing was sent.`,
    ]);
    expect([other.heard, other.connections()]).toEqual([[], 0]);
  });

  it.each(['authorization', 'x-customer'])(
    'stays behind as %s when its host redirects to another',
    async (keyHeader) => {
      const other = await listening();
      const server = await serve((_request, response) =>
        response.writeHead(307, { location: other.url }).end(),
      );
      const world = worldTo(server, other);
      await world.app.as(world.owner).keys.set({ service: 'http:crm', key: KEY, host: server.host });
      await run(world, calling({ url: server.url, keyHeader }));
      expect(other.heard).toHaveLength(1);
      expect(JSON.stringify(other.heard)).not.toContain('0123456789');
    },
  );

  it('that no header can carry is refused without being repeated', async () => {
    const server = await listening();
    const world = worldTo(server);
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key: `${KEY}\n`, host: server.host });
    const { said, all } = await run(world, calling({ url: server.url }));
    expect(said).toEqual([
      'The request\'s header "authorization" holds a line break or a character that cannot be sent.',
    ]);
    expect(all).not.toContain('0123456789');
  });

  it('of several parts is refused with what to do', async () => {
    const server = await listening();
    const world = worldTo(server);
    const key = { id: 'one', secret: KEY };
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key, host: server.host });
    expect((await run(world, calling({ url: server.url }))).said).toEqual([
      'The key http:crm has several parts, and a request carries one; store it anew as one text.',
    ]);
  });

  it('that is missing is told with what to do, before anything is sent', async () => {
    const server = await listening();
    const { said } = await run(worldTo(server), calling({ url: server.url }));
    expect(said).toEqual([
      `There is no stored key http:crm. The workflow's owner stores it: crmflow keys set http:crm --host ${server.host}`,
    ]);
    expect(server.connections()).toBe(0);
  });

  it("of nobody is there for a guest's run of a shipped template, and of the user's for a user's", async () => {
    const server = await listening();
    const shipped = [{ ...file(calling({ url: server.url })), id: 'shipped' }];
    const world = testWorld({ http: doorTo(server), shipped });
    const user = world.app.as(world.owner);
    await user.keys.set({ service: 'http:crm', key: KEY, host: server.host });
    const said = async (api: typeof user) => {
      const { events } = await api.sessions.start({ workflowId: 'shipped' });
      return events.flatMap((event) => (event.type === 'session:message' ? [event.message.text] : []));
    };
    expect(await said(world.app.as({ role: 'guest' }))).toEqual([
      'The key http:crm is not at hand: nobody owns this run. Whoever logs in runs it with a key of their own.',
    ]);
    expect(server.connections()).toBe(0);
    expect(await said(user)).toEqual(['Done. {}']);
  });

  it('travels in a clone by its name alone, and not to who clones it', async () => {
    const server = await listening();
    const shipped = [{ ...file(calling({ url: server.url })), id: 'shipped' }];
    const world = testWorld({ http: doorTo(server), shipped });
    await world.app.as(world.owner).keys.set({ service: 'http:crm', key: KEY, host: server.host });
    const other = world.app.as({ role: 'user', userId: 'other' });
    const { id, nodes } = await other.workflows.clone({ templateId: 'shipped' });
    expect(nodes).toMatchObject([{}, { data: { key: 'http:crm' } }, {}, {}]);
    await other.sessions.start({ workflowId: id });
    expect(server.connections()).toBe(0);
  });

  it('is not asked for where a conversation is only tested', async () => {
    const sketch = calling({ url: 'https://crm.example.com/leads' });
    const conversation = ExpectedConversation.parse({
      name: 'calls',
      http: [{ url: 'https://crm.example.com/leads', json: {} }],
      talk: [{ bot: 'Done. {}' }],
    });
    expect((await replay(file(sketch), conversation)).talk).toEqual([{ bot: 'Done. {}' }]);
  });
});

it.each([
  [{ keyHeader: 'x-key', key: undefined }, 'call, keyHeader: it is only for a key'],
  [{ headers: { Authorization: 'x' } }, 'call, headers: the key is sent as authorization'],
  [{ keyHeader: 'X-Key', headers: { 'x-key': 'x' } }, 'call, headers: the key is sent as x-key'],
  [
    { key: KEY },
    'call, key: a key is named as it was stored, such as http:crm; the key itself stays out of the file',
  ],
])('names what is wrong about a key before anyone talks: %j', (data, message) => {
  const sketch = file(calling({ url: 'https://crm.example.com/', ...data }));
  expect(problems(sketch).map((each) => each.message)).toContain(message);
});
