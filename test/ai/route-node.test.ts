import { converse, type Sketch } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, problemsOf, say, start } from '../engine/kit.ts';
import { modelWorld, wordsOf } from './world.ts';

const intents = [
  {
    port: 'prices',
    description: 'Wants to know what something costs.',
    examples: ['How much is it?', 'What does the yearly plan cost?'],
  },
  {
    port: 'cancel',
    description: 'Wants to cancel a subscription.',
    examples: ['cancel my subscription', 'I want to stop paying'],
  },
];
const desk = (data: object = {}): Sketch => ({
  nodes: [
    start,
    ask('wish'),
    { id: 'find', type: 'ai', data: { kind: 'route', intents, saveAs: 'found', ...data } },
    say('a', 'Prices.'),
    say('b', 'Cancel.'),
    say('c', 'Else {{ found.confidence }}.'),
    say('d', 'Away.'),
  ],
  edges: [
    'start -> wish',
    'wish -> find',
    'find.prices -> a',
    'find.cancel -> b',
    'find.else -> c',
    'find.unavailable -> d',
  ],
});
const wrote = (intent: unknown, confidence: unknown) => ({ texts: [JSON.stringify({ intent, confidence })] });

describe('with a model', () => {
  it.each([
    [wrote('cancel', 0.9), 'Cancel.'],
    [wrote('cancel', '0.8'), 'Cancel.'],
    [wrote('cancel', 0.3), 'Else 0.3.'],
    [wrote('else', 1), 'Else 0.'],
    [wrote('http://evil.example', 1), 'Else 0.'],
    [wrote('cancel', 9), 'Else 0.'],
    [{ texts: ['Sure! cancel'] }, 'Else 0.'],
    [{ texts: ['```json\n{"intent":"prices","confidence":1}\n```'] }, 'Prices.'],
  ])('goes where %j says', async (answer, said) => {
    const { world, openai } = await modelWorld({ openai: [answer] });
    const talk = await converse(desk(), world);
    await talk.user('No more of this, please');
    expect(talk.said().at(-1)).toBe(`bot: ${said}`);
    expect(wordsOf(openai.requests[0]!)).toContain('cancel my subscription');
  });
  it('is asked once more where what it wrote is no JSON', async () => {
    const { world, openai } = await modelWorld({ openai: [{ texts: ['Sure! cancel'] }, wrote('cancel', 1)] });
    const talk = await converse(desk(), world);
    await talk.user('No more of this, please');
    expect(talk.said().at(-1)).toBe('bot: Cancel.');
    expect(openai.requests).toHaveLength(2);
  });
  it('goes by unavailable when it fails', async () => {
    const { world } = await modelWorld({ openai: [{ status: 500 }] });
    const talk = await converse(desk(), world);
    await talk.user('How much is it?');
    expect(talk.said().at(-1)).toBe('bot: Away.');
  });
});

describe('without one', () => {
  it.each([
    ['How much does it cost?', 'Prices.'],
    ['Please cancel the subscription I have with you', 'Cancel.'],
    ['Do you like music?', 'Else 0.'],
  ])('goes by the words of the examples: %s', async (text, said) => {
    const { world } = await modelWorld({});
    const talk = await converse(desk(), world);
    await talk.user(text);
    expect(talk.said().at(-1)).toBe(`bot: ${said}`);
  });
});

it('wants intents that are not called like its own ways out', () => {
  const bad = desk({ intents: [{ port: 'else', description: 'Anything.' }] });
  expect(problemsOf(bad).join()).toContain('else is a way out of its own');
});
