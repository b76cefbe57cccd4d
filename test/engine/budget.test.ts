import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import type { AiModel, Http } from '../../packages/core/src/ports.ts';
import { ask, get, logic, say, start } from './kit.ts';

/** Reads and writes so many tokens for each answer. */
const modelOf = (tokens: number): AiModel => ({
  async *stream() {
    yield { kind: 'text', text: 'At nine.' };
    yield { kind: 'done', isFound: true, citations: [], usage: { inputTokens: tokens - 2, outputTokens: 2 } };
  },
});
const chat = (limits: object) => ({
  settings: { limits },
  knowledge: [{ question: 'When do you open?', answer: 'At nine.' }],
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'ask', type: 'listen', data: { prompt: 'Yes?', saveAs: 'question' } },
    { id: 'answer', type: 'ai' },
  ] as const,
  edges: ['start -> ask', 'ask -> answer', 'answer -> ask', 'answer.not_found -> ask'],
});
const question = 'When do you open?';

it('fails a session whose models read and write more than its author allows, and says so', async () => {
  const talk = await converse(chat({ modelTokens: 250 }), { ai: modelOf(100) });
  await talk.user(question);
  await talk.user(question);
  expect(await talk.session()).toMatchObject({ status: 'waiting' });
  await talk.user(question);
  expect(await talk.session()).toMatchObject({
    status: 'failed',
    reason: 'More than 250 tokens read and written by models in one session.',
  });
});

it('fails a session that works outside for longer than its author allows; its waits do not count', async () => {
  let ticks = 0;
  const slow: AiModel = {
    stream(...asked) {
      ticks += 3_000;
      return modelOf(0).stream(...asked);
    },
  };
  const talk = await converse(chat({ workMs: 8_000 }), { ai: slow, ticks: () => ticks });
  for (const _turn of [1, 2]) {
    await talk.user(question);
    ticks += 60_000;
  }
  expect(await talk.session()).toMatchObject({ status: 'waiting' });
  await talk.user(question);
  expect(await talk.session()).toMatchObject({
    status: 'failed',
    reason: 'More than 8 s of work outside in one session.',
  });
});

describe('a turn through nodes that reach outside', () => {
  const poll = (limits: object) => ({
    settings: { limits },
    nodes: [
      start,
      ask('go'),
      get('call', { results: { state: 'state' } }),
      logic('is', 'condition', { cases: [{ when: 'state == "ready"', port: 'ready' }] }),
      say('done', 'Done.'),
    ],
    edges: ['start -> go', 'go -> call', 'call -> is', 'is.ready -> done', 'is.else -> call'],
  });
  function pending() {
    const calls: string[] = [];
    const http: Http = {
      async send({ url }) {
        calls.push(url);
        const body = new TextEncoder().encode('{"state":"pending"}');
        return { status: 200, headers: { 'content-type': 'application/json' }, body, url };
      },
      stream: () => Promise.reject(new Error('nothing is streamed here')),
    };
    return { calls, http };
  }

  it('counts its steps on, and fails the session at as many as its author allows', async () => {
    const { calls, http } = pending();
    const talk = await converse(poll({ stepsPerTurn: 50 }), { http });
    await talk.user('go');
    expect(await talk.session()).toMatchObject({
      status: 'failed',
      reason: 'More than 50 steps without waiting for anyone: a loop that never ends?',
    });
    expect(calls).toHaveLength(25);
  });
  it('counts how long it computes on', async () => {
    let ticks = 0;
    const { http } = pending();
    const send: Http['send'] = (request) => {
      ticks += 1_000;
      return http.send(request);
    };
    // Each look at the clock takes a millisecond of computing.
    const talk = await converse(poll({ turnMs: 40 }), { http: { ...http, send }, ticks: () => ticks++ });
    await talk.user('go');
    expect(await talk.session()).toMatchObject({
      status: 'failed',
      reason: 'It computed for more than 40 ms without waiting for anyone.',
    });
  });
  it.each([
    [{ callsPerTurn: 3 }, 3],
    [{}, 100],
  ])(
    'fails the session where one more would reach outside than its author allows: %o',
    async (limits, most) => {
      const { calls, http } = pending();
      const talk = await converse(poll(limits), { http });
      await talk.user('go');
      expect(await talk.session()).toMatchObject({
        status: 'failed',
        reason: `More than ${most} nodes reached outside in one turn, without waiting for anyone: a loop that never ends?`,
      });
      expect(calls).toHaveLength(most);
    },
  );
  it('begins to count anew when it has waited', async () => {
    const { calls, http } = pending();
    const graph = poll({ callsPerTurn: 1, stepsPerTurn: 4 });
    const talk = await converse({ ...graph, edges: [...graph.edges.slice(0, 4), 'is.else -> go'] }, { http });
    for (let turn = 0; turn < 5; turn++) await talk.user('go');
    expect(await talk.session()).toMatchObject({ status: 'waiting' });
    expect(calls).toHaveLength(5);
  });
});
