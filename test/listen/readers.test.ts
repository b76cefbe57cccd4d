import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChoice } from '../../packages/core/src/nodes/listen/read/choice.ts';
import { readConfirm } from '../../packages/core/src/nodes/listen/read/confirm.ts';
import { readDate } from '../../packages/core/src/nodes/listen/read/date.ts';
import { readEmail } from '../../packages/core/src/nodes/listen/read/email.ts';
import { readFile } from '../../packages/core/src/nodes/listen/read/file.ts';
import { readNumber } from '../../packages/core/src/nodes/listen/read/number.ts';
import { readPhone } from '../../packages/core/src/nodes/listen/read/phone.ts';
import { readRating } from '../../packages/core/src/nodes/listen/read/rating.ts';
import { readReasons, type Reading } from '../../packages/core/src/nodes/listen/read/reading.ts';
import { readText } from '../../packages/core/src/nodes/listen/read/text.ts';
import { german } from '../../packages/core/src/nodes/listen/read/texts-de.ts';
import { english } from '../../packages/core/src/nodes/listen/read/texts-en.ts';
import { textFor } from '../../packages/core/src/nodes/listen/read/texts.ts';
import { readTime } from '../../packages/core/src/nodes/listen/read/time.ts';
import { readUrl } from '../../packages/core/src/nodes/listen/read/url.ts';
import { here } from './read-kit.ts';

const choices = Array.from({ length: 100 }, (_, at) => ({
  id: `c${at}`,
  label: `Choice number ${at}, or more`,
}));

const readersIn = (language: string): { readonly [kind: string]: (text: string) => Reading<unknown> } => {
  const locale = here(language);
  return {
    text: (text) => readText(text, { minLength: 2, maxLength: 100 }),
    email: readEmail,
    phone: (text) => readPhone(text, { country: 'DE' }),
    'phone without a country': (text) => readPhone(text),
    number: (text) => readNumber(text, { min: -5, max: 1e6, step: 0.5 }, locale),
    date: (text) => readDate(text, {}, locale),
    time: (text) => readTime(text, { step: 15 }, locale),
    url: readUrl,
    confirm: (text) => readConfirm(text, locale),
    choice: (text) => readChoice(text, { choices }, locale),
    'several choices': (text) => readChoice(text, { choices, multiple: true }, locale),
    rating: (text) => readRating(text, { min: 1, max: 5 }, locale),
    file: (text) => readFile(text, { types: ['image/*'] }),
  };
};

const kinds = ['en-US', 'de-DE'].flatMap((language) =>
  Object.entries(readersIn(language)).map(([kind, read]) => [kind, language, read] as const),
);

/** Pieces that come near to an answer of some kind. */
const pieces = [
  ...[
    '1',
    '1 ',
    '12',
    '0',
    ' ',
    '-',
    '.',
    ',',
    ':',
    '/',
    '+',
    '(',
    '@',
    'a',
    'a@b.de',
    'a.',
    '"',
    '<',
    '\n',
    '%',
    '€',
  ],
  ...[
    'in ',
    '1 day ',
    'next ',
    'friday ',
    'monday ',
    '5 may ',
    '3/4 ',
    '1.',
    '1:',
    'halb ',
    'vor ',
    'pm ',
    'uhr ',
    'of 5 ',
  ],
  ...[
    'yes ',
    'ja und ',
    'no ',
    'choice number 1, ',
    'and ',
    'number ',
    'k ',
    'minus ',
    'ext ',
    'x5',
    '00',
    'https://',
  ],
  ...['½', '★', '❤️', '👍🏽', 'é', 'a\u0301', '\u0301', 'İ', 'ﷺ', 'ß', '\ud800', '\u0000', '\u202e', '１', '٣'],
];

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
);

describe.each(kinds)('the reader of %s in %s', (_kind, language, read) => {
  it('answers whatever is typed, and says what it would of the same text again', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const reading = read(text);
        expect(read(text)).toEqual(reading);
        if (!reading.ok) expect(textFor(reading.reason, language, reading.values)).not.toMatch(/[{}]\w|\w}/);
      }),
      { numRuns: 400 },
    );
  });

  it('takes back a word of its own answer', () => {
    for (const piece of pieces) {
      const reading = read(piece);
      if (!reading.ok || typeof reading.value !== 'string') continue;
      expect(read(reading.value)).toMatchObject({ ok: true, value: reading.value });
    }
  });

  it('is done with 4,000 characters in 50 milliseconds, and refuses 10,000 for their length', () => {
    for (const piece of pieces) {
      const long = piece.repeat(10_000 / piece.length);
      expect(read(long.slice(0, 10_000)).ok).toBe(false);
      expect({ piece, isQuick: quickest(() => read(long.slice(0, 4_000))) < 50 }).toEqual({
        piece,
        isQuick: true,
      });
    }
  });
});

/** Of three runs, in milliseconds: what else the machine does is not the reader's. */
const quickest = (act: () => unknown): number =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const begun = performance.now();
      act();
      return performance.now() - begun;
    }),
  );

describe('the built-in texts', () => {
  const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

  it('have the same placeholders in both languages', () => {
    const of = (texts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, placeholders(text)]));
    expect(of(german)).toEqual(of(english));
  });

  it.each(readReasons)('say what to do after %s', (reason) => {
    expect([english[reason], german[reason]]).toEqual([
      expect.stringMatching(/^.{10,}[.?]$/),
      expect.stringMatching(/^.{10,}[.?]$/),
    ]);
  });

  it('are filled in, with numbers as the language writes them', () => {
    expect([
      textFor('too_large', 'en', { max: 1234.5 }),
      textFor('too_large', 'de-AT', { max: 1234567 }),
      textFor('too_large', 'fr', { max: 5 }),
    ]).toEqual([
      'That is too large: please give me a number of at most 1,234.5.',
      `Das ist zu viel: Bitte nennen Sie eine Zahl bis ${new Intl.NumberFormat('de-AT').format(1234567)}.`,
      'That is too large: please give me a number of at most 5.',
    ]);
  });

  it('give way to the author’s own wording', () => {
    const texts = { not_number: 'Just a number, {name}.' };
    expect([
      textFor('not_number', 'de', { name: 'Ada' }, texts),
      textFor('not_number', 'de', {}, texts),
      textFor('constructor', 'en', {}, texts),
    ]).toEqual(['Just a number, Ada.', 'Just a number, {name}.', 'constructor']);
  });

  it('never fill what a value says', () => {
    expect(textFor('choice_unclear', 'en', { first: '{second}', second: '$& {first}' })).toBe(
      'Do you mean {second} or $& {first}?',
    );
  });
});
