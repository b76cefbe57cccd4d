import { describe, expect, it } from 'vitest';
import { fromFile } from '@crmflow/core';
import { converse, testWorld } from '@crmflow/core/testing';
import { mortal } from './kit.ts';

const start = { id: 'start', type: 'trigger' } as const;
const ask = (id: string, saveAs: string, more = {}) =>
  ({ id, type: 'listen', data: { prompt: `${saveAs}?`, saveAs, ...more } }) as const;
const say = (id: string, text: string) => ({ id, type: 'speak', data: { text } }) as const;
const threeQuestions = {
  nodes: [
    start,
    ask('a', 'name'),
    ask('b', 'mail', { kind: 'email' }),
    ask('c', 'town'),
    say('end', '{{ name }} {{ mail }} {{ town }}'),
  ],
  edges: ['start -> a', 'a -> b', 'b -> c', 'c -> end'],
};

describe('a conversation', () => {
  it('tells every event in order, numbered without a gap', async () => {
    const talk = await converse({
      nodes: [start, ask('a', 'name'), say('b', 'Hi {{ name }}')],
      edges: ['start -> a', 'a -> b'],
    });
    await talk.user('Ada');
    expect(talk.events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '1 session:started',
      '2 node:execution_complete',
      '3 workflow:node_activated',
      '4 session:message',
      '5 system:waiting_for_input',
      '6 session:message',
      '7 node:execution_complete',
      '8 workflow:node_activated',
      '9 session:message',
      '10 node:execution_complete',
      '11 workflow:finished',
    ]);
  });

  it('shows what a visitor typed as he typed it, and never fills it in', async () => {
    const talk = await converse({
      nodes: [start, ask('a', 'name'), say('b', 'Hi {{ name }}')],
      edges: ['start -> a', 'a -> b'],
    });
    await talk.user('{{ secret }} {% raw %}');
    expect(talk.said().at(-1)).toBe('bot: Hi {{ secret }} {% raw %}');
  });

  it('processes a message with one id once, and answers it again with what came of it', async () => {
    const talk = await converse(threeQuestions);
    const { id, api } = talk;
    const first = await api.sessions.send({ id, message: 'Ada', messageId: 'm-1' });
    const again = await api.sessions.send({ id, message: 'Ada', messageId: 'm-1' });
    expect(again).toEqual(first);
    expect(first.events[0]).toMatchObject({ type: 'session:message', message: { text: 'Ada' } });
    expect(talk.said()).toEqual(['bot: name?', 'user: Ada', 'bot: mail?']);
  });

  it('takes an answer to what was seen, and to nothing that was asked since', async () => {
    const talk = await converse(threeQuestions);
    const { id, api } = talk;
    const { seq: ifSeq } = await api.sessions.get({ id });
    const answer = (messageId: string) => api.sessions.send({ id, message: 'Ada', messageId, ifSeq });
    const [first, second] = await Promise.allSettled([answer('m-1'), answer('m-2')]);
    const { seq } = await api.sessions.get({ id });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'conflict', details: { seq } } });
    expect(talk.said()).toEqual(['bot: name?', 'user: Ada', 'bot: mail?']);
    // Sent again by a client that heard no answer, it is answered as the first time.
    expect(first).toEqual({ status: 'fulfilled', value: await answer('m-1') });
  });

  it('refuses a message when nobody waits for one', async () => {
    const talk = await converse({ nodes: [start, say('a', 'Bye')], edges: ['start -> a'] });
    await expect(talk.user('hello')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('asks again and gives up by `invalid` after as many attempts as the author allows', async () => {
    const talk = await converse({
      nodes: [
        start,
        ask('a', 'mail', { kind: 'email', maxAttempts: 2, retry: 'An e-mail, please.' }),
        say('b', 'Never mind.'),
      ],
      edges: ['start -> a', 'a.invalid -> b'],
    });
    await talk.user('x');
    await talk.user('y');
    expect(talk.said()).toEqual([
      'bot: mail?',
      'user: x',
      'bot: An e-mail, please.',
      'user: y',
      'bot: Never mind.',
    ]);
  });

  it('ends on request, once', async () => {
    const talk = await converse(threeQuestions);
    const { api, id } = talk;
    expect((await api.sessions.end({ id })).session).toMatchObject({ status: 'finished', outcome: 'ended' });
    expect((await api.sessions.end({ id })).events).toEqual([]);
  });

  it('takes declared inputs only, of their types', async () => {
    const sketch = {
      nodes: [{ ...start, data: { inputs: [{ name: 'size', type: 'number', required: true }] } }],
      edges: [],
    };
    await expect(converse(sketch, {}, { size: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(converse(sketch, {}, { sise: 1 })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(converse(sketch)).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await (await converse(sketch, {}, { size: 3 })).session()).variables).toEqual({ size: 3 });
  });

  it('leaves by the error port when a node fails, with the reason in `error`', async () => {
    const talk = await converse({
      nodes: [
        start,
        { id: 'call', type: 'integration', data: { url: 'https://example.com/', retries: 0 } },
        say('sorry', 'Sorry: {{ error.code }}'),
      ],
      edges: ['start -> call', 'call.error -> sorry'],
    });
    expect(talk.said()).toEqual(['bot: Sorry: unavailable']);
  });

  it('fails with a reason when nobody caught the error', async () => {
    const talk = await converse({
      nodes: [start, { id: 'call', type: 'integration', data: { url: 'https://example.com/', retries: 0 } }],
      edges: ['start -> call'],
    });
    expect(await talk.session()).toMatchObject({
      status: 'failed',
      outcome: 'failed',
      reason: 'call: There is no network in a test.',
    });
  });
});

describe('a visitor', () => {
  it('goes back to the question before, and what was learned since is taken back', async () => {
    const talk = await converse(threeQuestions);
    await talk.user('Ada');
    await talk.user('ada@example.com');
    await talk.user('back');
    expect(talk.said().at(-1)).toBe('bot: mail?');
    expect((await talk.session()).variables).toEqual({ name: 'Ada' });
    await talk.user('countess@example.com');
    await talk.user('London');
    expect(talk.said().at(-1)).toBe('bot: Ada countess@example.com London');
  });
  it('starts again from the beginning', async () => {
    const talk = await converse(threeQuestions);
    await talk.user('Ada');
    await talk.user('Restart');
    expect(talk.said().at(-1)).toBe('bot: name?');
    expect((await talk.session()).variables).toEqual({});
  });
  it('is told what is asked for, and the question still stands', async () => {
    const talk = await converse(threeQuestions);
    await talk.user('Ada');
    await talk.user('help');
    expect(talk.said().at(-1)).toMatch(/e-mail/i);
    await talk.user('ada@example.com');
    expect(talk.said().at(-1)).toBe('bot: town?');
  });
  it('may answer with such a word where it is a valid answer, or where the author wants it so', async () => {
    const choices = [
      { id: 'help', label: 'Help' },
      { id: 'buy', label: 'Buy' },
    ];
    const chosen = await converse({
      nodes: [start, ask('a', 'need', { kind: 'choice', choices })],
      edges: ['start -> a'],
    });
    await chosen.user('help');
    expect((await chosen.session()).variables).toEqual({ need: 'help' });
    const words = await converse({
      nodes: [start, ask('a', 'word', { commands: false })],
      edges: ['start -> a'],
    });
    await words.user('back');
    expect((await words.session()).variables).toEqual({ word: 'back' });
  });
});

describe('limits', () => {
  it('ends a loop that waits for nobody, with the reason', async () => {
    const talk = await converse({
      settings: { limits: { stepsPerTurn: 500 } },
      nodes: [
        start,
        { id: 'count', type: 'logic', data: { kind: 'set', values: { n: 'default(n, 0) + 1' } } },
        { id: 'check', type: 'logic', data: { cases: [{ when: 'n < 0', port: 'out' }] } },
      ],
      edges: ['start -> count', 'count -> check', 'check.else -> count'],
    });
    expect(await talk.session()).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('More than 500 steps'),
    });
  });
  it('ends a session whose variables grow too large', async () => {
    const talk = await converse({
      settings: { limits: { variableBytes: 1000 } },
      nodes: [start, ask('a', 'word')],
      edges: ['start -> a'],
    });
    await talk.user('x'.repeat(1200));
    expect(await talk.session()).toMatchObject({ status: 'finished' });
    const kept = await converse({
      settings: { limits: { variableBytes: 1000 } },
      nodes: [start, ask('a', 'word'), ask('b', 'more')],
      edges: ['start -> a', 'a -> b'],
    });
    await kept.user('x'.repeat(1200));
    expect(await kept.session()).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('1000 bytes'),
    });
  });
  it('refuses a message that is too long, and waits on', async () => {
    const talk = await converse({ ...threeQuestions, settings: { limits: { messageChars: 10 } } });
    await expect(talk.user('x'.repeat(11))).rejects.toMatchObject({ code: 'too_large' });
    await talk.user('Ada');
    expect(talk.said().at(-1)).toBe('bot: mail?');
  });
});

describe('step mode', () => {
  it('lets the client drive, as it walks: execute, advance, execute, message, advance', async () => {
    const { app, owner, told } = testWorld();
    const api = app.as(owner);
    const graph = fromFile(
      { name: 'w', nodes: [start, say('a', 'Hi'), ask('b', 'name')], edges: ['start -> a', 'a -> b'] },
      'w',
    );
    const { id: workflowId } = await api.workflows.create(graph);
    const { session } = await api.sessions.start({ workflowId, mode: 'step' });
    const { id } = session;
    await api.sessions.execute({ id, nodeId: 'start' });
    await expect(api.sessions.execute({ id, nodeId: 'start' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(api.sessions.advance({ id, nodeId: 'a' })).rejects.toMatchObject({ code: 'conflict' });
    await api.sessions.advance({ id, nodeId: 'start' });
    await expect(api.sessions.advance({ id, nodeId: 'a' })).rejects.toMatchObject({ code: 'conflict' });
    await api.sessions.execute({ id, nodeId: 'a' });
    await api.sessions.advance({ id, nodeId: 'a' });
    await api.sessions.execute({ id, nodeId: 'b' });
    await api.sessions.send({ id, message: 'Ada' });
    await api.sessions.advance({ id, nodeId: 'b' });
    expect(told.map(({ event }) => event.type)).toEqual([
      'session:started',
      'node:execution_complete',
      'workflow:node_activated',
      'session:message',
      'node:execution_complete',
      'workflow:node_activated',
      'session:message',
      'system:waiting_for_input',
      'session:message',
      'node:execution_complete',
      'workflow:finished',
    ]);
  });
});

describe('step mode with advance', () => {
  const answering = fromFile(
    {
      name: 'w',
      knowledge: [{ question: 'Opening hours', answer: 'From nine to five.' }],
      nodes: [
        start,
        ask('a', 'question'),
        { id: 'answer', type: 'ai', data: { question: '{{ question }}', threshold: 0 } },
        say('bye', 'Bye.'),
      ],
      edges: ['start -> a', 'a -> answer', 'answer -> bye'],
    },
    'w',
  );

  it('leaves what it executes in the same commit, also a node that reaches outside, and stops at a question', async () => {
    const { life, store } = mortal();
    const { app, owner } = testWorld({ store });
    const api = app.as(owner);
    const { id: workflowId } = await api.workflows.create(answering);
    const { id } = (await api.sessions.start({ workflowId, mode: 'step' })).session;
    const step = async (nodeId: string) => {
      const { session } = await api.sessions.execute({ id, nodeId, advance: true });
      return session;
    };
    life.commits = 1;
    expect(await step('start')).toMatchObject({ nodeId: 'a', wait: { for: 'client', to: 'execute' } });
    life.commits = Infinity;
    expect(await step('a')).toMatchObject({ nodeId: 'a', wait: { for: 'message' } });
    await api.sessions.send({ id, message: 'opening hours?' });
    await api.sessions.advance({ id, nodeId: 'a' });
    expect(await step('answer')).toMatchObject({ nodeId: 'bye', wait: { for: 'client', to: 'execute' } });
    const { items } = await api.sessions.events({ id, after: 0, limit: 100 });
    const told = items.map(({ type }) => type);
    expect(told.slice(told.indexOf('ai:processing_end'))).toEqual([
      'ai:processing_end',
      'session:message',
      'node:execution_complete',
      'workflow:node_activated',
    ]);
    expect(await step('bye')).toMatchObject({ status: 'finished', outcome: null });
  });
});

describe('a crash', () => {
  const answering = {
    knowledge: [{ question: 'Opening hours', answer: 'We are open from nine to five.' }],
    nodes: [
      start,
      ask('a', 'question'),
      { id: 'answer', type: 'ai', data: { question: '{{ question }}', threshold: 0 } } as const,
    ],
    edges: ['start -> a', 'a -> answer'],
  };

  it('in the middle of an answer leaves a session that goes on, and says so', async () => {
    const { life, store } = mortal();
    const talk = await converse(answering, { store });
    life.commits = 1;
    await talk.user('opening hours?');
    expect(await talk.session()).toMatchObject({ status: 'running', nodeId: 'answer' });
    life.commits = Infinity;
    await talk.pass(61);
    expect(await talk.session()).toMatchObject({ status: 'finished' });
    const kinds = talk.events.flatMap((event) =>
      event.type === 'ai:processing_start' ? [event.attempt] : [],
    );
    expect(kinds).toEqual([1, 2]);
    expect(talk.said().at(-1)).toBe('bot: We are open from nine to five.');
  });

  it('at the same node again and again is given up, and the session leaves by the error port', async () => {
    const { life, store } = mortal();
    const nodes = [...answering.nodes, say('sorry', 'Sorry.')];
    const talk = await converse(
      { ...answering, nodes, edges: [...answering.edges, 'answer.error -> sorry'] },
      { store },
    );
    life.commits = 1;
    await talk.user('opening hours?');
    for (let crash = 0; crash < 4; crash++) {
      life.commits = 1;
      await talk.pass(61);
    }
    life.commits = Infinity;
    await talk.pass(61);
    expect(talk.said()).toEqual(['bot: question?', 'user: opening hours?', 'bot: Sorry.']);
  });
});

describe('a version', () => {
  it('holds for a session, whatever is saved meanwhile', async () => {
    const talk = await converse({
      nodes: [start, ask('a', 'name'), say('b', 'Old')],
      edges: ['start -> a', 'a -> b'],
    });
    const { api } = talk;
    const { workflowId } = await talk.session();
    const { nodes } = await api.workflows.get({ id: workflowId });
    await api.workflows.update({
      id: workflowId,
      nodes: nodes.map((node) => (node.id === 'b' ? { ...node, data: { text: 'New' } } : node)),
    });
    await talk.user('Ada');
    expect(talk.said().at(-1)).toBe('bot: Old');
  });
});

it('says in step mode what is to be done before a message can be sent', async () => {
  const { app, owner } = testWorld();
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(
    fromFile(
      { name: 'one question', nodes: [start, ask('name', 'name')], edges: ['start -> name'] },
      'the sketch',
    ),
  );
  const { session } = await api.sessions.start({ workflowId, mode: 'step' });
  const told = () =>
    api.sessions.send({ id: session.id, message: 'Ada' }).catch((cause: Error) => cause.message);
  expect(await told()).toBe('The session does not wait for a message: execute start first.');
  await api.sessions.execute({ id: session.id, nodeId: 'start' });
  expect(await told()).toBe('The session does not wait for a message: advance start first.');
  await api.sessions.advance({ id: session.id, nodeId: 'start' });
  expect(await told()).toBe('The session does not wait for a message: execute name first.');
});

describe('a session that waits for time', () => {
  it('refuses a message and says until when it waits', async () => {
    const talk = await converse({
      nodes: [
        start,
        { id: 'pause', type: 'logic', data: { kind: 'delay', for: { hours: 2 } } },
        say('on', 'On.'),
      ],
      edges: ['start -> pause', 'pause -> on'],
    });
    await expect(talk.user('hello?')).rejects.toMatchObject({
      code: 'conflict',
      message: 'The session does not wait for a message: it waits until 2026-01-05T11:00:00.000Z.',
    });
  });
});
