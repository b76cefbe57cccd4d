import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, say, start } from '../engine/kit.ts';

const HOUR = 3600;
const asking = {
  nodes: [
    start,
    ask('age', {
      kind: 'number',
      noReply: [
        { after: { hours: 1 }, say: 'Are you still there?' },
        { after: { hours: 2 }, say: 'We would like to know.' },
        { after: { days: 1 }, port: 'silent' },
      ],
    }),
    say('thanks', '{{ age }}, thank you.'),
    say('bye', 'Another time, then.'),
  ],
  edges: ['start -> age', 'age -> thanks', 'age.silent -> bye'],
};

describe('a question that nobody answers', () => {
  it('reminds, reminds again, and goes on by its way', async () => {
    const talk = await converse(asking);
    const heard = async (seconds: number) => {
      await talk.pass(seconds);
      return talk.said().slice(1);
    };
    expect(await heard(HOUR - 1)).toEqual([]);
    expect(await heard(1)).toEqual(['bot: Are you still there?']);
    expect(await heard(2 * HOUR)).toEqual(['bot: Are you still there?', 'bot: We would like to know.']);
    expect(await heard(24 * HOUR)).toHaveLength(3);
    expect(talk.said().at(-1)).toBe('bot: Another time, then.');
  });

  it('is answered after a reminder as before it', async () => {
    const talk = await converse(asking);
    await talk.pass(HOUR);
    await talk.user('44');
    await talk.pass(100 * HOUR);
    expect(talk.said()).toEqual([
      'bot: age?',
      'bot: Are you still there?',
      'user: 44',
      'bot: 44, thank you.',
    ]);
  });

  it('counts anew from whatever was said that is no answer', async () => {
    const talk = await converse(asking);
    await talk.pass(HOUR);
    await talk.user('old');
    const before = talk.said().length;
    await talk.pass(HOUR - 1);
    expect(talk.said()).toHaveLength(before);
    await talk.pass(1);
    expect(talk.said().at(-1)).toBe('bot: Are you still there?');
  });

  it('reminds once when nobody was there for days, and counts the next step from then', async () => {
    const talk = await converse(asking);
    await talk.pass(72 * HOUR);
    expect(talk.said()).toEqual(['bot: age?', 'bot: Are you still there?']);
    await talk.pass(2 * HOUR);
    expect(talk.said().at(-1)).toBe('bot: We would like to know.');
  });
});

describe('what comes in pieces', () => {
  const listening = {
    nodes: [start, ask('story', { prompt: '' }), say('told', '{{ story }}')],
    edges: ['start -> story', 'story -> told', 'told -> story'],
    settings: { debounceMs: 3_000 },
  };
  it('is one answer a burst: fifty pieces in bursts of one to nine, nothing lost', async () => {
    const talk = await converse(listening);
    const bursts: string[][] = [];
    for (let piece = 0; piece < 50;) {
      const burst = Array.from(
        { length: Math.min(1 + ((bursts.length * 5) % 9), 50 - piece) },
        () => `piece ${++piece}`,
      );
      bursts.push(burst);
      for (const text of burst) {
        await talk.user(text);
        await talk.pass(2);
      }
      await talk.pass(2);
    }
    const answers = talk.said().filter((line) => line.startsWith('bot: '));
    expect(answers).toEqual(bursts.map((burst) => `bot: ${burst.join('\n')}`));
    expect(talk.said().filter((line) => line.startsWith('user: '))).toEqual(
      Array.from({ length: 50 }, (_, at) => `user: piece ${at + 1}`),
    );
  });
});
