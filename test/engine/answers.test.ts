import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, say, start } from './kit.ts';

/** What is said to an answer of one question. */
async function answering(data: object, ...answers: string[]) {
  const talk = await converse({
    settings: { limits: { messageChars: 20_000 } },
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

describe('a choice that was guessed from what was typed', () => {
  it.each([
    [{}, 'Balck', 'Understood: Black.'],
    [{ multiple: true }, 'Balck, whit', 'Understood: Black, White.'],
  ])('is said back (%j)', async (data, answer, heard) => {
    const talk = await converse({
      nodes: [start, ask('it', { kind: 'choice', choices: ['Black', 'White'], ...data })],
      edges: ['start -> it'],
    });
    await talk.user(answer);
    expect(talk.said()).toContain(`bot: ${heard}`);
  });
});

describe('a command', () => {
  const options = (...choices: string[]) => ({ kind: 'choice', choices });
  const nothing = 'bot: There is nothing to go back to yet.';
  it.each([
    ['back', {}, nothing],
    ['Back!', {}, nothing],
    ['ZURU\u0308CK', {}, nothing],
    ['back to work', {}, 'bot: Kept back to work.'],
    ['help me', {}, 'bot: Kept help me.'],
    ['back', { commands: false }, 'bot: Kept back.'],
    ['back', options('Back', 'Forth'), 'bot: Kept Back.'],
    ['back', options('Back pain', 'Headache'), 'bot: Kept Back pain.'],
    ['back', options('Black', 'White'), nothing],
    ['black', options('Black', 'White'), 'bot: Kept Black.'],
  ])('%j to %j is the whole message and no answer, or none: %s', async (text, data, said) => {
    expect(await answering(data, text)).toBe(said);
  });
});

describe('an answer that is too long', () => {
  const kinds = [
    'text',
    'email',
    'phone',
    'number',
    'date',
    'time',
    'url',
    'confirm',
    'rating',
    'file',
    'choice',
  ];
  it.each(kinds)('is refused with the limit, to a question of the kind %s', async (kind) => {
    const data = { kind, ...(kind === 'choice' && { choices: ['A', 'B'] }) };
    const limit =
      kind === 'file' ? expect.stringMatching(/^bot: /) : expect.stringContaining('at most 4,000 characters');
    for (const piece of ['back.', 'a@', '1 ', '﷽'])
      expect(await answering(data, piece.repeat(20_000 / piece.length))).toEqual(limit);
  });
});

it('looks for no command in a long message, however it ends', async () => {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const begun = performance.now();
    await answering({ maxLength: 20_000 }, `${'.'.repeat(19_999)}x`);
    times.push(performance.now() - begun);
  }
  // Of three runs: what else the machine does is not the command's.
  expect(Math.min(...times)).toBeLessThan(500);
});
