import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNearness, type Near } from '../../packages/core/src/knowledge/near.ts';

type Row = Float32Array;
interface Case {
  question: Row;
  groups: Row[][];
  limit: number;
}

/** What is meant by nearest, with no thought of time: a stable sort by the product. */
function plainly({ question, groups, limit }: Case): Near<string>[] {
  const all = groups.flatMap((rows, group) =>
    rows.map((row, at) => ({
      value: `${group}.${at}`,
      cosine: row.reduce((sum, number, place) => sum + number * question[place]!, 0),
    })),
  );
  const average = all.length < 8 ? 0.5 : all.reduce((sum, { cosine }) => sum + cosine, 0) / all.length;
  return all
    .sort((one, other) => other.cosine - one.cosine)
    .slice(0, limit)
    .filter(({ cosine }) => cosine > average)
    .map(({ value, cosine }) => ({ value, score: Math.min(1, (cosine - average) / (1 - average)) }));
}

function shelved(groups: readonly Row[][]) {
  const nearness = createNearness<string>();
  for (const [group, rows] of groups.entries()) {
    const values = rows.map((_, at) => `${group}.${at}`);
    nearness.set(String(group), values, Float32Array.from(rows.flatMap((row) => [...row])));
  }
  return nearness;
}

function finished<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

function ofLengthOne(row: Row): Row {
  const length = Math.hypot(...row);
  return row.map((number) => number / length);
}

/** Every other one in nearly the same direction, so that 32 bits hardly tell them apart; the rest in the opposite one. */
function alike(dimensions: number, numberOf: () => number) {
  const vector = () => ofLengthOne(Float32Array.from({ length: dimensions }, numberOf));
  const [direction, question] = [vector(), vector()];
  const far = direction.map((number) => -number);
  let count = 0;
  const rowOf = () =>
    ++count % 2 ? ofLengthOne(direction.map((number) => number + numberOf() * 5e-8)) : far;
  return { question, rowOf };
}
/** Whole 64ths, whose products are exact: many are equally near. */
function coarse(dimensions: number, numberOf: () => number) {
  const rowOf = () => Float32Array.from({ length: dimensions }, () => Math.round(numberOf() * 2) / 64);
  return { question: rowOf(), rowOf };
}

const cases = (make: typeof alike): fc.Arbitrary<Case> =>
  fc
    .record({
      dimensions: fc.constantFrom(1, 3, 8, 20, 256, 384),
      sizes: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 }),
      limit: fc.integer({ min: 1, max: 30 }),
      seed: fc.integer(),
    })
    .map(({ dimensions, sizes, limit, seed }) => {
      let state = seed | 1;
      const numberOf = () =>
        (state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0) / 2 ** 31;
      const { question, rowOf } = make(dimensions, numberOf);
      return { question, groups: sizes.map((length) => Array.from({ length }, rowOf)), limit };
    });

describe('the nearest of passages', () => {
  it.each([
    ['that are hardly to be told apart', alike],
    ['that are equally near, the first first', coarse],
  ])('are those of the plain definition, of vectors %s', (_, make) => {
    fc.assert(
      fc.property(cases(make), (given) => {
        const found = finished(shelved(given.groups).search(given.question, given.limit));
        const expected = plainly(given);
        expect(found.map(({ value }) => value)).toEqual(expected.map(({ value }) => value));
        for (const [at, { score }] of found.entries()) expect(score).toBeCloseTo(expected[at]!.score, 4);
      }),
      { numRuns: 200 },
    );
  });

  it('are found over what there was when a search began, whoever searches or changes something meanwhile', () => {
    const [length, count] = [2_000, 2_000];
    const nearness = createNearness<string>();
    for (const group of ['0', '1']) {
      const matrix = new Float32Array(length * count).fill(1 / 64);
      const values = Array.from({ length: count }, (_, at) => `${group}.${at}`);
      nearness.set(group, values, matrix.fill(0, 0, length).fill(1, Number(group), Number(group) + 1));
    }
    const axis = (at: number) => new Float32Array(length).fill(1, at, at + 1);
    const [first, last] = [axis(0), axis(1)];
    const one = nearness.search(first, 1);
    const other = nearness.search(last, 1);
    expect([one.next().done, other.next().done]).toEqual([false, false]);
    nearness.remove('0');
    nearness.remove('1');
    expect(nearness.bytes).toBe(0);
    expect(finished(one)[0]?.value).toBe('0.0');
    expect(finished(other)[0]?.value).toBe('1.0');
    expect(finished(nearness.search(first, 1))).toEqual([]);
  });

  it('are looked for in named groups alone, and not among vectors of another size', () => {
    const near = Float32Array.of(1, 0);
    const nearness = shelved([[near], [near], [Float32Array.of(1, 0, 0)]]);
    const valuesOf = (groups?: string[]) =>
      finished(nearness.search(near, 5, groups)).map(({ value }) => value);
    expect(valuesOf()).toEqual(['0.0', '1.0']);
    expect(valuesOf(['1', '2', 'nobody'])).toEqual(['1.0']);
  });
});
