import { converse, testWorld, type Sketch } from '@crmflow/core/testing';
import { fromFile } from '@crmflow/core';
import { expect, it } from 'vitest';
import { ask, say, start } from '../engine/kit.ts';
import { modelWorld } from './world.ts';

const chat = (settings: object): Sketch => ({
  settings,
  nodes: [
    start,
    ask('question'),
    { id: 'answer', type: 'ai', data: { knowledge: false, maxTokens: 100 } },
    say('poor', 'No budget: {{ error.message }}'),
  ],
  edges: ['start -> question', 'question -> answer', 'answer.budget -> poor'],
});
const usage = { inputTokens: 30, outputTokens: 100 };

async function many(count: number, settings: object, more: object = {}) {
  const { world, openai } = await modelWorld({ openai: [{ texts: ['Yes.'], usage }] });
  const { app, owner } = testWorld({ ...world, ...more });
  const api = app.as(owner);
  const { id: workflowId } = await api.workflows.create(
    fromFile({ name: 'chat', ...chat(settings) }, 'chat'),
  );
  const starts = Array.from({ length: count }, () => api.sessions.start({ workflowId }));
  const ids = (await Promise.all(starts)).map(({ session: { id } }) => id);
  const turns = await Promise.all(ids.map((id) => api.sessions.send({ id, message: 'Hello?' })));
  const last = turns.map(({ events }) => {
    const lines = events.flatMap((event) => (event.type === 'session:message' ? [event.message.text] : []));
    return lines.at(-1)!;
  });
  const { items } = await api.ai.usage({});
  return {
    openai,
    last,
    used: items.reduce((sum, item) => sum + item.inputTokens + item.outputTokens, 0),
    items,
  };
}

it('never passes the budget of a day with 50 sessions at once: the others go by the port for it', async () => {
  const { openai, last, used, items } = await many(50, { ai: { tokensPerDay: 1_500 } });
  const answered = last.filter((text) => text === 'Yes.').length;
  expect(answered).toBeGreaterThan(0);
  expect(used).toBe(answered * 130);
  expect(used).toBeLessThanOrEqual(1_500);
  expect(openai.requests).toHaveLength(answered);
  expect(new Set(last)).toEqual(
    new Set([
      'Yes.',
      'No budget: The answer could use more tokens than are left for this workflow in one day.',
    ]),
  );
  expect(items).toEqual([
    expect.objectContaining({
      day: '2026-01-05',
      provider: 'openai',
      model: 'gpt-4o-mini',
      calls: answered,
      failed: 0,
    }),
  ]);
});

it('counts what a server gave beyond what it was asked for, and believes no number that is none', async () => {
  const talking = async (counts: { inputTokens: number; outputTokens: number }) => {
    const { world, openai } = await modelWorld({ openai: [{ texts: ['Yes.'], usage: counts }] });
    const { app, owner } = testWorld({ ...world, tokensPerDay: 1_000 });
    const api = app.as(owner);
    const { id: workflowId } = await api.workflows.create(fromFile({ name: 'chat', ...chat({}) }, 'chat'));
    for (let turn = 0; turn < 3; turn++) {
      const { session } = await api.sessions.start({ workflowId });
      await api.sessions.send({ id: session.id, message: 'Hello?' });
    }
    const { items } = await api.ai.usage({});
    return { asked: openai.requests.length, used: items[0]! };
  };
  expect(await talking({ inputTokens: 30, outputTokens: 2_000 })).toMatchObject({ asked: 1 });
  expect(await talking({ inputTokens: -1e12, outputTokens: 2.5 })).toMatchObject({
    asked: 3,
    used: { inputTokens: 0, outputTokens: 9 },
  });
  expect(await talking({ inputTokens: 1e300, outputTokens: 1 })).toMatchObject({
    asked: 1,
    used: { inputTokens: 100_000_000 },
  });
});

it.each([
  ['answers 500', { status: 500 }],
  ['answers 503 with a page', { status: 503, body: '<h1>Down</h1>' }],
  ['shows a page in the place of an answer', { body: '<h1>Welcome</h1>' }],
])('takes nothing for a provider that %s', async (_, answer) => {
  const { world } = await modelWorld({ openai: [answer] });
  const { app, owner } = testWorld({ ...world, tokensPerDay: 6_000 });
  const api = app.as(owner);
  for (let time = 0; time < 4; time++)
    await expect(api.ai.generate({ prompt: 'Hello?', knowledge: false })).rejects.toMatchObject({
      code: 'provider_failed',
    });
  expect((await api.ai.usage({})).items).toEqual([
    expect.objectContaining({ calls: 4, failed: 4, inputTokens: 0, outputTokens: 0 }),
  ]);
});

it('leaves what costs nothing when there is nothing left', async () => {
  const knowledge = [{ question: 'When are you open?', answer: 'From nine to five.' }];
  const data = { models: ['openai', 'gemini', 'extractive'] };
  const sketch: Sketch = {
    settings: { ai: { tokensPerDay: 10 } },
    knowledge,
    nodes: [start, ask('question'), { id: 'answer', type: 'ai', data }, say('poor', 'No budget.')],
    edges: ['start -> question', 'question -> answer', 'answer.budget -> poor'],
  };
  const { world, openai, gemini } = await modelWorld({
    openai: [{ texts: ['No.'] }],
    gemini: [{ texts: ['No.'] }],
  });
  const talk = await converse(sketch, world);
  await talk.user('When are you open?');
  expect(talk.said().at(-1)).toBe('bot: From nine to five.');
  expect([...openai.requests, ...gemini.requests]).toEqual([]);
  const poorer = await converse(
    { ...sketch, nodes: sketch.nodes.map((node) => (node.id === 'answer' ? { ...node, data: {} } : node)) },
    world,
  );
  await poorer.user('When are you open?');
  expect(poorer.said().at(-1)).toBe('bot: No budget.');
});

it('holds all workflows of a user to the budget of the installation', async () => {
  const { last, used } = await many(50, {}, { tokensPerDay: 1_000 });
  expect(used).toBeGreaterThan(0);
  expect(used).toBeLessThanOrEqual(1_000);
  expect(last).toContain(
    'No budget: The answer could use more tokens than are left for your models in one day.',
  );
});

it('writes down what calls cost where the price is known', async () => {
  const { items } = await many(2, {}, { prices: { 'gpt-4o-mini': { input: 1, output: 10 } } });
  expect(items[0]!.cost).toBeCloseTo((2 * (30 * 1 + 100 * 10)) / 1_000_000);
});

it('gives an answer no more tokens than the session has left, and none when that is next to nothing', async () => {
  const { world, openai } = await modelWorld({ openai: [{ texts: ['Yes.'], usage }] });
  const { app, owner } = testWorld(world);
  const api = app.as(owner);
  const sketch = chat({ limits: { modelTokens: 300 } });
  const edges = [...sketch.edges, 'answer -> question'];
  const { id: workflowId } = await api.workflows.create(fromFile({ name: 'chat', ...sketch, edges }, 'chat'));
  const { session } = await api.sessions.start({ workflowId });
  for (let turn = 0; turn < 3; turn++)
    await api.sessions.send({ id: session.id, message: 'Hello?' }).catch(() => {});
  const asked = openai.requests.map(({ body }) => body.max_completion_tokens as number);
  expect(asked[0]).toBe(100);
  expect(asked.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThan(300);
  const { items } = await api.sessions.messages({ id: session.id });
  expect(items.at(-1)!.text).toBe(
    'No budget: The answer could use more tokens than are left for this conversation.',
  );
});
