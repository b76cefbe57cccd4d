import { testWorld } from '@crmflow/core/testing';
import { CRMFlow, type LiveSession, type SessionEvent } from '@crmflow/sdk';
import { describe, expect, it } from 'vitest';
import { closing, cuttable, served, twoQuestions } from './kit.ts';

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);
const seqs = (events: SessionEvent[]) => events.map(({ seq }) => seq);
const said = (events: SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'session:message' ? [event.message.text] : []));

/** Hears a session to its end, answering what it asks; gives all it heard. */
async function talk(session: LiveSession, answers: string[], each?: (event: SessionEvent) => void) {
  closing(() => session.close());
  const heard: SessionEvent[] = [];
  for await (const event of session) {
    heard.push(event);
    each?.(event);
    if (event.type !== 'system:waiting_for_input') continue;
    const answer = answers.shift();
    if (answer === undefined) return heard;
    await session.send(answer);
  }
  return heard;
}
/** Hears a session to its end, saying nothing. */
async function rest(session: LiveSession): Promise<SessionEvent[]> {
  const heard: SessionEvent[] = [];
  for await (const event of session) heard.push(event);
  return heard;
}
const conversation = ['Your name?', 'Ada', 'Your town?', 'Turin', 'Bye, Ada of Turin.'];

describe('a conversation', () => {
  it('is a loop that ends when it does', async () => {
    const { url, keep } = await served();
    const session = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions) });
    const heard = await talk(session, ['Ada', 'Turin']);
    expect(said(heard)).toEqual(conversation);
    expect(heard.at(-1)).toMatchObject({ type: 'workflow:finished', outcome: null });
    expect(seqs(heard)).toEqual(upTo(session.lastSeq));
  });

  it('tells each event once and in order, however often the line is cut', async () => {
    const words = Array.from({ length: 40 }, (_, at) => `word${at} `);
    const world = testWorld({
      ai: {
        async *stream() {
          for (const text of words) {
            await new Promise((resolve) => setImmediate(resolve));
            yield { kind: 'text', text };
          }
          yield { kind: 'done', isFound: true, citations: [], usage: { inputTokens: 0, outputTokens: 40 } };
        },
      },
    });
    const { url, keep } = await served(world);
    const line = await cuttable(url);
    const workflowId = await keep({
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'ask', type: 'listen', data: { prompt: 'What would you like to know?' } },
        { id: 'answer', type: 'ai', data: { threshold: 0 } },
        { id: 'again', type: 'listen', data: { prompt: 'Anything else?' } },
      ],
      edges: ['start -> ask', 'ask -> answer', 'answer -> again'],
      knowledge: [{ question: 'What are the opening hours?', answer: 'We open at nine.' }],
    });
    const connections: boolean[] = [];
    const session = await new CRMFlow({ url: line.url }).start(
      { workflowId },
      { onConnection: (isConnected) => connections.push(isConnected) },
    );
    const heard = await talk(session, ['When do you open?', 'No.'], ({ seq }) => {
      if (seq % 2) line.cut();
    });
    expect(seqs(heard)).toEqual(upTo(heard.length));
    const chunks = heard.flatMap((event) => (event.type === 'ai:chunk' ? [event.chunk] : []));
    expect(chunks.join('')).toBe(words.join(''));
    expect(said(heard)).toContain(words.join(''));
    expect(connections).toContain(false);
    // A try that fails again is no news.
    expect(connections.filter((is, at) => is === connections[at - 1])).toEqual([]);
  });

  it('hears a message once when its answer was lost on the way', async () => {
    const { url, keep } = await served();
    let lost = 0;
    const losing: typeof fetch = async (address, init) => {
      const response = await fetch(address, init);
      if (!String(address).endsWith('/messages') || lost++) return response;
      throw new TypeError('The line broke.');
    };
    const client = new CRMFlow({ url, fetch: losing });
    const heard = await talk(await client.start({ workflowId: await keep(twoQuestions) }), ['Ada', 'Turin']);
    expect(lost).toBe(3);
    expect(said(heard)).toEqual(conversation);
  });

  it('hears a message once, whoever sends it again under its id', async () => {
    const { url, keep } = await served();
    const session = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions) });
    const tab = await new CRMFlow({ url }).resume({ sessionId: session.id, token: session.token });
    closing(() => tab.close());
    await session.send('Ada', { messageId: 'one' });
    await tab.send('Ada', { messageId: 'one' });
    await session.send('Turin', { messageId: 'two' });
    expect(said(await rest(session))).toEqual(conversation);
  });

  it('goes on in another client with its token, after the last event that was heard', async () => {
    const { url, keep } = await served();
    const first = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions) });
    const before = await talk(first, []);
    const { id: sessionId, token, lastSeq } = first;
    first.close();
    const second = await new CRMFlow({ url }).resume({ sessionId, token, lastSeq });
    await second.send('Ada');
    const after = await talk(second, ['Turin']);
    expect(said([...before, ...after])).toEqual(conversation);
    expect(seqs([...before, ...after])).toEqual(upTo(before.length + after.length));

    const over = await new CRMFlow({ url }).resume({ sessionId, token, lastSeq: second.lastSeq });
    expect(await rest(over)).toEqual([]);
    const whole = await new CRMFlow({ url }).resume({ sessionId, token });
    expect(await rest(whole)).toEqual([...before, ...after]);
  });

  it('is nobody else’s: without its token it is not there', async () => {
    const { url, keep } = await served();
    const session = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions) });
    closing(() => session.close());
    const { id: sessionId } = session;
    for (const token of [undefined, 'guessed'])
      await expect(new CRMFlow({ url }).resume({ sessionId, token })).rejects.toMatchObject({
        code: 'not_found',
      });
  });

  it('can be left in the middle of the loop, and heard on from there', async () => {
    const { url, keep } = await served();
    const session = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions) });
    closing(() => session.close());
    for await (const { type } of session) if (type === 'session:message') break;
    const at = session.lastSeq;
    const [next] = await talk(session, []);
    expect(next!.seq).toBe(at + 1);
  });

  it('ends the loop, not itself, when the client hangs up', async () => {
    const { url, keep } = await served();
    const client = new CRMFlow({ url });
    const session = await client.start({ workflowId: await keep(twoQuestions) });
    const heard: string[] = [];
    for await (const { type } of session) {
      heard.push(type);
      if (type === 'system:waiting_for_input') session.close();
    }
    expect(heard.at(-1)).toBe('system:waiting_for_input');
    expect(await client.sessions.get({ id: session.id })).toMatchObject({ status: 'waiting' });
  });

  it('ends for everybody who hears it', async () => {
    const { url, keep } = await served();
    const client = new CRMFlow({ url });
    const session = await client.start({ workflowId: await keep(twoQuestions) });
    const tab = await new CRMFlow({ url }).resume({ sessionId: session.id, token: session.token });
    const turn = await session.end();
    expect(turn.session).toMatchObject({ status: 'finished', outcome: 'ended' });
    expect((await rest(tab)).at(-1)).toMatchObject({ type: 'workflow:finished', outcome: 'ended' });
    expect((await rest(session)).at(-1)).toMatchObject({ type: 'workflow:finished', outcome: 'ended' });
  });

  it('is driven by the client in step mode', async () => {
    const { url, keep } = await served();
    const session = await new CRMFlow({ url }).start({ workflowId: await keep(twoQuestions), mode: 'step' });
    closing(() => session.close());
    const heard: string[] = [];
    let active = '';
    for await (const event of session) {
      heard.push(event.type);
      if (event.type === 'session:started') active = event.activeNode.id;
      if (event.type === 'workflow:node_activated') active = event.node.id;
      if (event.type === 'session:started' || event.type === 'workflow:node_activated')
        await session.execute(active, { advance: active === 'start' });
      if (event.type === 'node:execution_complete' && active !== 'start') await session.advance(active);
      if (event.type === 'system:waiting_for_input') await session.send('Ada');
    }
    expect(heard.filter((type) => type === 'node:execution_complete')).toHaveLength(4);
    expect(heard.at(-1)).toBe('workflow:finished');
  });

  it('can be watched, from now on and until one stops', async () => {
    const { url, keep } = await served();
    const client = new CRMFlow({ url });
    const session = await client.start({ workflowId: await keep(twoQuestions) });
    closing(() => session.close());
    const heard: SessionEvent[] = [];
    let finish: () => void = () => undefined;
    const isOver = new Promise<void>((resolve) => (finish = resolve));
    const stop = await client.watch(session.id, (event) => {
      heard.push(event);
      if (event.type === 'system:waiting_for_input') finish();
    });
    await session.send('Ada');
    await isOver;
    stop();
    await session.send('Turin');
    expect(said(heard)).toEqual(['Ada', 'Your town?']);
  });
});

it('offers the choices of a question with no more ado than to look at its kind', async () => {
  const { url, keep } = await served();
  const workflowId = await keep({
    nodes: [
      { id: 'start', type: 'trigger' },
      {
        id: 'size',
        type: 'listen',
        data: {
          kind: 'choice',
          prompt: 'Which?',
          saveAs: 'size',
          choices: [{ label: 'Small' }, { label: 'Large' }],
        },
      },
      { id: 'said', type: 'speak', data: { text: 'So {{ size }}.' } },
    ],
    edges: ['start -> size', 'size -> said'],
  });
  const session = await new CRMFlow({ url }).start({ workflowId });
  closing(() => session.close());
  const heard: SessionEvent[] = [];
  for await (const event of session) {
    heard.push(event);
    if (event.type !== 'system:waiting_for_input') continue;
    const { expects } = event;
    // That it compiles is what is tested: `choices` is there where the kind says so.
    const words: string[] = expects.kind === 'choice' ? expects.choices.map(({ label }) => label) : [];
    await session.send(words.at(-1) ?? 'none');
  }
  expect(said(heard)).toEqual(['Which?', 'Large', 'So Large.']);
});
