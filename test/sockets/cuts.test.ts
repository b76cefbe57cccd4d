import { describe, expect, it } from 'vitest';
import { testWorld } from '@crmflow/core/testing';
import { begin, speaking, start, upTo, type Client, type Payload } from './kit.ts';

const WORDS = Array.from({ length: 60 }, (_, at) => `word${at} `);
/** As a model speaks: a few words, a moment, a few more. */
const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, 8));

const answering = {
  nodes: [
    start,
    { id: 'ask', type: 'listen', data: { prompt: 'What would you like to know?' } } as const,
    { id: 'answer', type: 'ai', data: { threshold: 0 } } as const,
  ],
  edges: ['start -> ask', 'ask -> answer'],
  knowledge: [{ question: 'What are the opening hours?', answer: 'We open at nine.' }],
};

/** The same numbers at every run. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Comes back by itself whenever it is cut, with the last number it heard. */
function comesBack(client: Client, shown: Payload) {
  client.socket.on('connect', () => {
    const lastSeq = Number(client.seqs().at(-1) ?? 0);
    client.socket.emit('session:resume', { ...shown, lastSeq });
  });
}
/** Cuts the line a few times, each time some events and some turns of the event loop later. */
async function cut(client: Client, times: number, roll: (below: number) => number) {
  for (let at = 0; at < times; at++) {
    const heard = client.heard.length + roll(3);
    await client.until(() => client.heard.length >= heard || client.names().includes('workflow:finished'));
    for (let turns = roll(20); turns > 0; turns--) await new Promise(setImmediate);
    client.socket.io.engine.close();
    await new Promise((resolve) => client.socket.once('connect', () => resolve(undefined)));
  }
}

describe('a line that is cut', () => {
  it('loses, doubles and reorders nothing of an answer, fifty times, and two tabs see the same', async () => {
    const world = testWorld({ ai: speaking(WORDS, slowly) });
    const { keep, connect, app } = await begin({ world });
    const workflowId = await keep(answering);
    const cuts = Array.from({ length: 10 }, async (_, seed) => {
      const transports = seed % 3 ? ['websocket'] : ['polling'];
      const options = { transports, reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 5 };
      const [cutOff, other] = [await connect({}, options), await connect()];
      const { data } = await cutOff.call('session:start', { workflowId, mode: 'auto' });
      const shown = { sessionId: data!.session.id, token: data!.token };
      await other.call('session:resume', shown);
      comesBack(cutOff, shown);
      cutOff.socket.emit('user:message', { message: 'When do you open?', messageId: 'm' });
      await cutOff.nth('ai:processing_start');
      await cut(cutOff, 5, dice(seed + 1));
      await Promise.all([cutOff.nth('workflow:finished'), other.nth('workflow:finished')]);

      const holder = app.as({ role: 'guest', sessionToken: data!.token });
      const { items } = await holder.sessions.messages({ id: shown.sessionId });
      expect(
        cutOff
          .all('ai:chunk')
          .map(({ chunk }) => chunk)
          .join(''),
      ).toBe(WORDS.join(''));
      expect(items.at(-1)!.text).toBe(WORDS.join(''));
      expect(cutOff.all('ai:chunk').length).toBeGreaterThan(4);
      expect(cutOff.seqs()).toEqual(upTo(cutOff.heard.length));
      const { payload, event } = cutOff.heard[0]!;
      const { token: _told, ...begun } = payload;
      expect(other.heard).toEqual([{ event, payload: begun }, ...cutOff.heard.slice(1)]);
    });
    await Promise.all(cuts);
  });

  it('is told everything again when it resumes from the beginning, and nothing when it knows all', async () => {
    const { keep, connect } = await begin({ world: testWorld({ ai: speaking(WORDS, slowly) }) });
    const workflowId = await keep(answering);
    const client = await connect();
    const { data } = await client.call('session:start', { workflowId, mode: 'auto' });
    await client.call('user:message', { message: 'When do you open?' });
    const shown = { sessionId: data!.session.id, token: data!.token };
    const [all, none] = [await connect(), await connect()];
    await all.call('session:resume', shown);
    await none.call('session:resume', { ...shown, lastSeq: client.heard.length });
    expect(all.heard.slice(1)).toEqual(client.heard.slice(1));
    expect(none.heard).toEqual([]);
    const { error } = await none.call('session:resume', { ...shown, lastSeq: 9_999 });
    expect(error).toMatchObject({ code: 'invalid_input' });
  });

  it('hears the first answer of a session while it is made', async () => {
    let mayGoOn: () => void = () => undefined;
    const goOn = new Promise<void>((resolve) => (mayGoOn = resolve));
    let spoken = 0;
    const later = () => (spoken++ ? goOn : Promise.resolve());
    const { keep, connect } = await begin({
      world: testWorld({ ai: speaking(['We open ', 'at nine.'], later) }),
    });
    const workflowId = await keep({
      ...answering,
      nodes: [start, { id: 'answer', type: 'ai', data: { question: 'When do you open?', threshold: 0 } }],
      edges: ['start -> answer'],
    });
    const client = await connect();
    const { data } = await client.call('session:start', { workflowId, mode: 'auto' });
    expect(data).toMatchObject({ session: { status: 'running' }, token: expect.any(String) as string });
    expect(await client.nth('ai:chunk')).toMatchObject({ chunk: 'We open ' });
    mayGoOn();
    await client.nth('workflow:finished');
    expect(client.seqs()).toEqual(upTo(client.heard.length));
    expect(client.said()).toEqual(['We open at nine.']);
  });

  it('hears a session once though the same socket resumes it twice', async () => {
    const { keep, connect } = await begin({ world: testWorld({ ai: speaking(WORDS, slowly) }) });
    const workflowId = await keep(answering);
    const client = await connect();
    const { data } = await client.call('session:start', { workflowId, mode: 'auto' });
    const { id } = data!.session;
    await client.call('session:resume', { sessionId: id, lastSeq: data!.session.seq });
    await client.call('user:message', { message: 'When do you open?' });
    expect(client.seqs()).toEqual(upTo(client.heard.length));
  });
});
