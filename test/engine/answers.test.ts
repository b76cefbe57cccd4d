import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, say, start } from './kit.ts';

/** What is said to an answer of one question. */
async function answering(data: object, ...answers: string[]) {
  const talk = await converse({
    nodes: [start, ask('it', data), say('kept', 'Kept {{ it }}.')],
    edges: ['start -> it', 'it -> kept'],
  });
  for (const answer of answers) await talk.user(answer);
  return talk.said().at(-1);
}

describe('a question of yes or no with labels of its own', () => {
  it.each([
    ['stop it!', 'Kept true.'],
    ['Go on…', 'Kept false.'],
    ['yes', 'Kept true.'],
    ['…', 'Please answer with yes or no.'],
  ])('takes %j: %s', async (answer, kept) => {
    const data = { kind: 'confirm', yes: 'Stop it', no: 'Go on' };
    expect(await answering(data, answer)).toBe(`bot: ${kept}`);
  });
});

describe('an e-mail address whose provider looks misspelt', () => {
  const asked =
    'bot: Did you mean ada@gmail.com? Please type the address once more, so that I have the right one.';
  it('is asked for once more, and then kept as it is typed', async () => {
    const data = { kind: 'email', maxAttempts: 2, retry: 'An address, please.' };
    expect([
      await answering(data, 'ada@gmial.com'),
      await answering(data, 'ada@gmial.com', 'ada@gmial.com'),
      await answering(data, 'ada@gmial.com', 'ada@gmail.com'),
    ]).toEqual([asked, 'bot: Kept ada@gmial.com.', 'bot: Kept ada@gmail.com.']);
  });
  it('is kept at once where it may not be asked again', async () => {
    expect(await answering({ kind: 'email', maxAttempts: 1 }, 'ada@gmial.com')).toBe(
      'bot: Kept ada@gmial.com.',
    );
  });
});
