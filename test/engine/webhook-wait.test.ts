import { fromFile, problems } from '@crmflow/core';
import { ExpectedConversation, replay, testWorld, type Sketch, type TestWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/core/src/adapters/memory/memory-store.ts';

const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
const waiting = (data: object = {}, ...more: Sketch['nodes']): Sketch => ({
  nodes: [
    { id: 'start', type: 'trigger' },
    {
      id: 'wait',
      type: 'integration',
      data: {
        kind: 'webhook_wait',
        urlAs: 'url',
        say: 'Open {{ url }}',
        within: { hours: 1 },
        saveAs: 'sent',
        ...data,
      },
    },
    say('went', 'Came: {{ sent.body.state }}{{ sent.body }} {{ sent.query.by }}'),
    say('late', 'Nobody called.'),
    ...more,
  ],
  edges: ['start -> wait', 'wait -> went', 'wait.timeout -> late'],
});
const file = (sketch: Sketch) => fromFile(JSON.parse(JSON.stringify({ name: 'w', ...sketch })), 'the sketch');

const sent = (body: string, more: object = {}) => ({
  body: new TextEncoder().encode(body),
  contentType: 'application/json',
  query: {},
  ...more,
});
const tokenIn = (url: unknown) => String(url).split('/').at(-1)!;

async function begun(world: TestWorld, sketch: Sketch) {
  const api = world.app.as(world.owner);
  const { id: workflowId } = await api.workflows.create(file(sketch));
  const { session } = await api.sessions.start({ workflowId });
  const { id } = session;
  const read = async () => {
    await world.app.rest();
    return api.sessions.get({ id });
  };
  const said = async () => {
    await world.app.rest();
    return (await api.sessions.messages({ id })).items.map(({ text }) => text);
  };
  const url = async () => String((await read()).variables!['url']);
  return { id, read, said, url, api };
}

describe('a session that waits to be called', () => {
  it('tells its address, goes on when it is called, and keeps what was sent', async () => {
    const world = testWorld();
    const { read, said, url } = await begun(world, waiting());
    const address = await url();
    expect(address).toMatch(/^https:\/\/crm\.example\.com\/api\/hooks\/wait\/[\w-]+\.\d+\.[0-9a-f]{40}$/);
    expect(await said()).toEqual([`Open ${address}`]);
    expect(await read()).toMatchObject({
      status: 'waiting',
      wait: { for: 'webhook', until: '2026-01-05T10:00:00.000Z' },
    });
    await world.app.callbacks.call(tokenIn(address), sent('{"state": "paid"}', { query: { by: 'bank' } }));
    expect((await said()).at(-1)).toContain('Came: paid');
    expect((await read()).variables).toMatchObject({
      sent: { body: { state: 'paid' }, query: { by: 'bank' } },
    });
  });

  it.each([
    [
      'a form',
      sent('state=paid&a=%26', { contentType: 'application/x-www-form-urlencoded' }),
      { state: 'paid', a: '&' },
    ],
    ['a text', sent('paid', { contentType: 'text/plain' }), 'paid'],
    ['nothing', sent('', { contentType: '' }), null],
  ])('takes %s', async (_, given, body) => {
    const world = testWorld();
    const { read, url } = await begun(world, waiting());
    await world.app.callbacks.call(tokenIn(await url()), given);
    expect((await read()).variables).toMatchObject({ sent: { body, query: {} } });
  });

  it('is called once: the second call, and one after its time, find nothing', async () => {
    const world = testWorld();
    const { said, url } = await begun(world, waiting());
    const token = tokenIn(await url());
    const { call, look } = world.app.callbacks;
    const both = await Promise.allSettled([call(token, sent('1')), call(token, sent('2'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(call(token, sent('3'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(look(token)).rejects.toMatchObject({ code: 'not_found' });
    expect((await said()).filter((text) => text.startsWith('Came'))).toHaveLength(1);

    const late = await begun(world, waiting());
    const lateToken = tokenIn(await late.url());
    await world.pass(3_601);
    expect((await late.said()).at(-1)).toBe('Nobody called.');
    await expect(call(lateToken, sent('{}'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not called by a token that anybody but us has made', async () => {
    const world = testWorld();
    const { id, url, read } = await begun(world, waiting());
    const token = tokenIn(await url());
    const [, hook, mark] = token.split('.') as [string, string, string];
    const others = [
      `${id}.${hook}.${mark.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`,
      `${id}.${Number(hook) + 1}.${mark}`,
      `another.${hook}.${mark}`,
      `${id}.${hook}.`,
      '..',
      `${token}0`,
      '__proto__',
    ];
    for (const other of others)
      await expect(world.app.callbacks.call(other, sent('{}'))).rejects.toMatchObject({
        code: 'not_found',
        message: 'Nothing waits at this address, or no longer.',
      });
    expect((await read()).status).toBe('waiting');
  });

  it('is called in the same way after a new start of the process', async () => {
    const store = createMemoryStore();
    const { url } = await begun(testWorld({ store }), waiting());
    const token = tokenIn(await url());
    const next = testWorld({ store });
    await next.app.callbacks.call(token, sent('{"state": "paid"}'));
    await next.app.rest();
    const { items } = await next.app.as(next.owner).sessions.list({});
    expect(items[0]).toMatchObject({ status: 'finished' });
  });

  it('refuses a body that cannot be kept, and waits on', async () => {
    const world = testWorld();
    const { url, read } = await begun(world, waiting());
    const token = tokenIn(await url());
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
    await expect(world.app.callbacks.call(token, sent('{'))).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(world.app.callbacks.call(token, sent(deep))).rejects.toMatchObject({ code: 'too_large' });
    expect((await read()).status).toBe('waiting');
  });
});

describe('an address that is sent first', () => {
  const first = waiting(
    { first: 'tell' },
    { id: 'tell', type: 'listen', data: { prompt: 'Where to? {{ url }}', saveAs: 'where' } },
    { id: 'back', type: 'logic', data: { kind: 'return' } },
  );
  const sketch: Sketch = { ...first, edges: [...first.edges, 'tell -> back'] };

  it('leads back to the wait, which counts from then on', async () => {
    expect(problems(file(sketch)).filter(({ severity }) => severity === 'error')).toEqual([]);
    const world = testWorld();
    const { id, api, read, said, url } = await begun(world, sketch);
    const address = await url();
    expect(await said()).toEqual([`Where to? ${address}`]);
    await world.pass(1_800);
    await api.sessions.send({ id, message: 'there' });
    expect(await url()).toBe(address);
    expect(await read()).toMatchObject({ wait: { for: 'webhook', until: '2026-01-05T10:30:00.000Z' } });
    expect((await said()).at(-1)).toBe(`Open ${address}`);
    await world.app.callbacks.call(tokenIn(address), sent('{"state": "paid"}'));
    expect((await read()).status).toBe('finished');
  });

  it('is told to call again while the wait is yet to come', async () => {
    const world = testWorld();
    const { id, api, url, read } = await begun(world, sketch);
    const token = tokenIn(await url());
    await expect(world.app.callbacks.call(token, sent('{}'))).rejects.toMatchObject({
      code: 'conflict',
      details: { retryAfter: 2 },
    });
    await api.sessions.send({ id, message: 'there' });
    await world.app.callbacks.call(token, sent('{}'));
    expect((await read()).status).toBe('finished');
  });
});

it('a conversation in a file says what is sent to the address', async () => {
  const conversation = ExpectedConversation.parse({
    name: 'paid',
    talk: [{ call: { state: 'paid' } }],
  });
  const { status, learned } = await replay(file(waiting({ say: 'Wait.' })), conversation);
  expect(status).toBe('finished');
  expect(learned).toMatchObject({ sent: { body: { state: 'paid' } } });
});
