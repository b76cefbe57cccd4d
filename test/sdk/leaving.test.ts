import { CRMFlow, CrmflowError } from '@crmflow/sdk';
import { describe, expect, it } from 'vitest';
import { answering, closing, giving, served, twoQuestions } from './kit.ts';

/** A signal that knows how many listen to it. */
function counted() {
  const controller = new AbortController();
  const listeners = new Set<unknown>();
  const { signal } = controller;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  Object.assign(signal, {
    addEventListener(...given: Parameters<typeof add>) {
      listeners.add(given[1]);
      add(...given);
    },
    removeEventListener(...given: Parameters<typeof remove>) {
      listeners.delete(given[1]);
      remove(...given);
    },
  });
  return { controller, listeners };
}

describe('a signal', () => {
  it('ends the loop over a conversation with its reason, and the conversation waits', async () => {
    const { url, keep } = await served();
    const client = new CRMFlow({ url });
    const { controller, listeners } = counted();
    const session = await client.start(
      { workflowId: await keep(twoQuestions) },
      { signal: controller.signal },
    );
    const loop = (async () => {
      for await (const { type } of session)
        if (type === 'system:waiting_for_input') controller.abort(new Error('enough'));
    })();
    await expect(loop).rejects.toThrow('enough');
    expect(listeners.size).toBe(0);
    expect(await client.sessions.get({ id: session.id })).toMatchObject({ status: 'waiting' });
  });

  it('is let go when the conversation is over, and when one hangs up', async () => {
    const { url, keep } = await served();
    const { controller, listeners } = counted();
    const client = new CRMFlow({ url });
    const input = { workflowId: await keep(twoQuestions) };
    const session = await client.start(input, { signal: controller.signal });
    expect(listeners.size).toBe(1);
    await session.end();
    const other = await client.start(input, { signal: controller.signal });
    other.close();
    expect(listeners.size).toBe(0);
  });

  it('is let go by a stream that ends', async () => {
    const { url } = await answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('event: done\ndata: {"text":"Yes","usage":{},"citations":[]}\n\n');
    });
    const { controller, listeners } = counted();
    for await (const { type } of new CRMFlow({ url }).stream({ prompt: 'x' }, controller.signal))
      expect(type).toBe('done');
    expect(listeners.size).toBe(0);
  });
});

it('refuses a second loop beside the first, and allows it after', async () => {
  const { url, keep } = await served();
  const session = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions) });
  closing(() => session.close());
  for await (const { type } of session) {
    await expect(session[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'conflict' });
    if (type === 'session:message') break;
  }
  for await (const { type } of session) if (type === 'system:waiting_for_input') break;
});

it('tells who watches that nothing more will come, and why', async () => {
  const { url, keep } = await served();
  const client = new CRMFlow({ url });
  const { id } = await client.start({ workflowId: await keep(twoQuestions) });
  const ended = new Promise((resolve) => {
    void client
      .watch(
        id,
        () => undefined,
        (refusal) => resolve({ refusal }),
      )
      .then(() => client.sessions.end({ id }));
  });
  expect(await ended).toEqual({ refusal: undefined });
});

it('waits as long as it takes where no time is set', async () => {
  const { url } = await answering((request, response) => {
    setTimeout(() => giving({ status: 'ok' })(request, response), 50);
  });
  for (const timeoutMs of [Infinity, 2 ** 31])
    expect(await new CRMFlow({ url, timeoutMs }).health.get()).toEqual({ status: 'ok' });
});

it.each(['', 'localhost:3001', '/api', 'ftp://x', 'http://', 'http://x?y=1', 'http://ada:secret@x'])(
  'refuses %j as the address of a server at once',
  (url) => {
    const make = () => new CRMFlow({ url });
    expect(make).toThrow(CrmflowError);
    expect(make).toThrow('Write it like http://localhost:3001.');
  },
);

it.each(['http://localhost:3001/api', 'https://example.com/crm/api/'])(
  'says of %s that /api does not belong there',
  (url) => {
    expect(() => new CRMFlow({ url })).toThrow('ends with /api, which the client adds itself.');
    expect(() => new CRMFlow({ url: url.replace('/api', '/apis') })).not.toThrow();
  },
);

describe('a server that is away for a while', () => {
  async function leftBehind() {
    const { url, keep } = await served();
    let isAway = false;
    const away = () => Promise.reject(new TypeError('fetch failed'));
    const client = new CRMFlow({ url, fetch: (...given) => (isAway ? away() : fetch(...given)) });
    const session = await client.start({ workflowId: await keep(twoQuestions) });
    isAway = true;
    return { client, session, comeBack: () => void (isAway = false) };
  }
  it('is told what was said meanwhile once it is back, and hears it once', async () => {
    const { client, session, comeBack } = await leftBehind();
    setTimeout(comeBack, 1_500);
    expect((await session.send('Ada')).session.status).toBe('waiting');
    const { items } = await client.sessions.messages({ id: session.id });
    expect(items.filter(({ from }) => from === 'user').map(({ text }) => text)).toEqual(['Ada']);
    session.close();
  });
  it('starts and resumes a conversation late, where it may try for longer', async () => {
    const { url, keep } = await served();
    const workflowId = await keep(twoQuestions);
    let refusals = 0;
    const away = () => (refusals++, Promise.reject(new TypeError('fetch failed')));
    const client = new CRMFlow({ url, fetch: (...given) => (refusals < 6 ? away() : fetch(...given)) });
    await expect(client.start({ workflowId })).rejects.toMatchObject({ code: 'unavailable' });
    expect(refusals).toBe(3);
    const patient = { retries: Infinity, timeoutMs: 20_000 };
    const { id: sessionId, token } = await client.start({ workflowId }, patient);
    refusals = 0;
    await expect(client.resume({ sessionId, token })).rejects.toMatchObject({ code: 'unavailable' });
    const resumed = await client.resume({ sessionId, token }, patient);
    expect([resumed.id, refusals]).toEqual([sessionId, 6]);
    resumed.close();
  });
  it('is given up on when the time for the call is over', async () => {
    const { session } = await leftBehind();
    await expect(session.send('Ada', { timeoutMs: 1_200 })).rejects.toMatchObject({ code: 'unavailable' });
    session.close();
  });
});
