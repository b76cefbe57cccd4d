import { converse, type Conversation, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, say, start } from '../engine/kit.ts';
import { doorTo, serve } from '../http/support.ts';
import { modelWorld } from './world.ts';

const question = 'When are you open, asks Wilhelmina?';
const knowledge = [{ question: 'When are you open?', answer: 'From nine to five.' }];
const usage = { inputTokens: 120, outputTokens: 9 };

/** One node that reaches outside, after a question. */
const around = (node: Sketch['nodes'][number], ...ports: string[]): Sketch => ({
  knowledge,
  nodes: [start, ask('question'), node, say('done', 'Done.')],
  edges: [
    'start -> question',
    `question -> ${node.id}`,
    ...ports.map((port) => `${node.id}.${port} -> done`),
  ],
});

/** What the log says of the work of nodes: no more than it may. */
async function workOf({ api, id }: Conversation) {
  const { items } = await api.logs.list({ sessionId: id });
  expect(JSON.stringify(items)).not.toContain('Wilhelmina');
  return items.flatMap(({ eventType, nodeId, data }) =>
    eventType === 'ai_response' ? [{ nodeId, ...data }] : 'work' in data ? [data['work']] : [],
  );
}

/** A clock that goes 5 ms on each time it is asked. */
function ticking() {
  let now = 0;
  return () => (now += 5);
}

describe('the log of an answer', () => {
  const answer = (data: object) =>
    around(
      { id: 'answer', type: 'ai', data: { threshold: 0.05, ...data } },
      'out',
      'not_found',
      'unavailable',
    );

  it('names the passages and how well they fit, who answered, how long it took and what it cost', async () => {
    const { world } = await modelWorld({ openai: [{ texts: ['From nine [1].'], usage }] });
    const talk = await converse(answer({ models: ['openai:gpt-5-mini'] }), { ...world, ticks: ticking() });
    await talk.user(question);
    expect(await workOf(talk)).toEqual([
      {
        nodeId: 'answer',
        ms: expect.any(Number) as number,
        port: 'out',
        passages: [{ source: 'When are you open?', score: expect.any(Number) as number }],
        models: [{ by: 'openai:gpt-5-mini', ...usage, ms: expect.any(Number) as number }],
      },
    ]);
    const [{ ms, passages }] = (await workOf(talk)) as [{ ms: number; passages: [{ score: number }] }];
    expect(ms).toBeGreaterThan(0);
    expect(passages[0].score).toBeGreaterThan(0.05);
  });

  it('names each that gave no answer before the one that did', async () => {
    const { world } = await modelWorld({
      openai: [{ status: 401 }],
      gemini: [{ texts: ['Nine [1].'], usage }],
    });
    const models = ['openai:gpt-5-mini', 'gemini:gemini-9', 'extractive'];
    const talk = await converse(answer({ models }), world);
    await talk.user(question);
    expect(await workOf(talk)).toMatchObject([
      {
        port: 'out',
        models: [
          { by: 'openai:gpt-5-mini', failed: 'key_refused' },
          { by: 'gemini:gemini-9', ...usage },
        ],
      },
    ]);
  });

  it('says why nobody has answered, and what was found though it did not fit', async () => {
    const { world } = await modelWorld({ openai: [{ status: 401 }] });
    const away = await converse(answer({ models: ['openai:gpt-5-mini'] }), world);
    await away.user(question);
    expect(await workOf(away)).toMatchObject([
      {
        port: 'unavailable',
        error: 'unavailable',
        models: [{ by: 'openai:gpt-5-mini', failed: 'key_refused' }],
      },
    ]);
    const strict = await converse(answer({ threshold: 1 }), {});
    await strict.user(question);
    const [work] = await workOf(strict);
    expect(work).toMatchObject({ port: 'not_found', passages: [{ source: 'When are you open?' }] });
    expect(work).not.toHaveProperty('models');
  });

  it('says that the passages themselves were the answer', async () => {
    const talk = await converse(answer({}));
    await talk.user(question);
    expect(await workOf(talk)).toMatchObject([
      { port: 'out', models: [{ by: 'extractive', inputTokens: 0, outputTokens: 0 }] },
    ]);
  });
});

describe('the log of a call', () => {
  const call = (url: string, more: object = {}) =>
    around(
      { id: 'call', type: 'integration', data: { url: `${url}/of/{{ message }}`, ...more } },
      'out',
      'error',
    );

  it('names the host, each try and its status, and by which port the node was left', async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      response.statusCode = ++asked < 2 ? 503 : 404;
      response.end('{}');
    });
    const talk = await converse(call(server.url), { http: doorTo(server) });
    await talk.user(question);
    const one = { method: 'GET', host: server.host, ms: 0 };
    expect(await workOf(talk)).toEqual([
      {
        node: 'call',
        ms: 0,
        port: 'error',
        error: 'provider_failed',
        calls: [
          { ...one, status: 503 },
          { ...one, status: 404 },
        ],
      },
    ]);
  });

  it('says in a word why there was no answer', async () => {
    const talk = await converse(call('https://crm.example.com', { retries: 0 }));
    await talk.user(question);
    expect(await workOf(talk)).toEqual([
      {
        node: 'call',
        ms: 0,
        port: 'error',
        error: 'unavailable',
        calls: [{ method: 'GET', host: 'crm.example.com', failed: 'connect', ms: 0 }],
      },
    ]);
  });
});
