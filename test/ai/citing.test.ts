import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonIn } from '../../packages/core/src/nodes/ai/asking.ts';
import { citing } from '../../packages/core/src/models/citing.ts';

const passages = Array.from({ length: 20 }, (_, at) => ({
  source: `Source ${at + 1}`,
  text: `Text ${at + 1}`,
  score: 1,
}));
function read(pieces: readonly string[]) {
  const answer = citing(passages);
  const shown = pieces.map((piece) => answer.take(piece)).join('');
  const { rest, citations, isFound } = answer.end();
  return { text: shown + rest, sources: citations.map(({ source }) => source), isFound };
}
const ALL = passages.map((_, at) => at + 1).join(', ');
const ANSWERS = [
  'Open [1], and closed [3, 1]  on\n holidays 【2†handbook.pdf, page 4】.',
  `Everything [${ALL}].`,
  'NOT_FOUND',
  ' "NOT_FOUND."\n',
  'NOT_FOUND: the sources do not say.',
  'NOT ALL of it [2].',
  'A list [ 1 ] [99] [x] [1',
  '[1] begins, [2][2] ends   ',
];

it('reads an answer the same wherever it is cut', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ANSWERS), fc.array(fc.nat(60), { maxLength: 12 }), (answer, cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), answer.length];
      const pieces = places.slice(1).map((to, at) => answer.slice(places[at], to));
      expect(read(pieces)).toEqual(read([answer]));
    }),
    { numRuns: 2_000 },
  );
});

it('takes marks of any form for sources, and what names none away', () => {
  expect(read([ANSWERS[0]!])).toEqual({
    text: 'Open [1], and closed [2][1]  on\n holidays [3].',
    sources: ['Source 1', 'Source 3', 'Source 2'],
    isFound: true,
  });
  expect(read([ANSWERS[1]!]).sources).toHaveLength(20);
  expect(read(['A [99], b  [1].']).text).toBe('A, b [1].');
});

it('takes an answer that goes on to say why there is none for none', () => {
  for (const none of ANSWERS.slice(2, 5)) expect(read([none])).toMatchObject({ text: '', isFound: false });
  expect(read(['NOT_FOUND_ERROR is what it says [1].']).isFound).toBe(true);
});

it('reads whatever a model writes in time that grows with its length alone', () => {
  const much = ' '.repeat(300_000);
  for (const text of [`a${much}b`, `a${'['.repeat(300_000)}`, `a[1${' ,1'.repeat(100_000)}`, `{}${much}x`]) {
    const from = performance.now();
    read([text]);
    jsonIn(text);
    expect(performance.now() - from).toBeLessThan(500);
  }
});
