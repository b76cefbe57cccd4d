import { errorOf, MOST_DIMENSIONS, productsOf, vectorsAtOnce } from './products.ts';

/** Passages by what they mean, as vectors of length 1. Groups come and go whole: those of an item. */
export interface Nearness<T> {
  /** One vector after the other in `matrix`, as many as there are values. */
  set(group: string, values: readonly T[], matrix: Float32Array): void;
  remove(group: string): void;
  /**
   * The nearest to a question, nearest first; of some groups only when they are named. Stands still after some milliseconds
   * of work, and goes on over the groups that there were at its beginning.
   */
  search(question: Float32Array, limit: number, groups?: Iterable<string>): Generator<void, Near<T>[], void>;
  /** What the vectors take of memory. */
  readonly bytes: number;
}
export interface Near<T> {
  value: T;
  /** 0 to 1: how much nearer it is than passages are on average, 1 for the question's own words. */
  score: number;
}
interface Group<T> {
  values: readonly T[];
  matrix: Float32Array;
}

/** Fewer than these say nothing of an average. */
const FEW = 8;
const AVERAGE_OF_FEW = 0.5;
/** Some milliseconds of work. */
const NUMBERS_A_SLICE = 6_000_000;

/** An exact search: all vectors are multiplied roughly, and exactly those that may be among the nearest. */
export function createNearness<T>(): Nearness<T> {
  const groups = new Map<string, Group<T>>();
  let bytes = 0;
  const remove = (group: string) => {
    bytes -= groups.get(group)?.matrix.byteLength ?? 0;
    groups.delete(group);
  };

  return {
    get bytes() {
      return bytes;
    },
    set(group, values, matrix) {
      remove(group);
      groups.set(group, { values, matrix });
      bytes += matrix.byteLength;
    },
    remove,
    *search(question, limit, named = groups.keys()) {
      const searched = [...named].flatMap((group) => groups.get(group) ?? []);
      const best = createBest<T>(question, limit);
      let [sum, count, numbers] = [0, 0, 0];
      for (const { values, from, matrix } of piecesOf(searched, question.length)) {
        const products = productsOf(question, matrix);
        for (let at = 0; at < products.length; at++) {
          sum += products[at]!;
          best.offer(values[from + at]!, products[at]!, matrix, at);
        }
        count += products.length;
        numbers += matrix.length;
        if (numbers < NUMBERS_A_SLICE) continue;
        numbers = 0;
        yield;
      }
      const average = count < FEW ? AVERAGE_OF_FEW : sum / count;
      return best.found
        .filter(({ cosine }) => cosine > average)
        .map(({ value, cosine }) => ({ value, score: Math.min(1, (cosine - average) / (1 - average)) }));
    },
  };
}

/** As many vectors as are multiplied at once. */
function* piecesOf<T>(
  groups: readonly Group<T>[],
  dimensions: number,
): Generator<Group<T> & { from: number }> {
  const atOnce = vectorsAtOnce(dimensions);
  for (const { values, matrix } of groups) {
    // Vectors of another model do not compare.
    if (dimensions > MOST_DIMENSIONS || matrix.length !== values.length * dimensions) continue;
    for (let from = 0; from < values.length; from += atOnce)
      yield { values, from, matrix: matrix.subarray(from * dimensions, (from + atOnce) * dimensions) };
  }
}

/** The nearest so far, nearest first; of two that are equally near, the one that came first. */
function createBest<T>(question: Float32Array, limit: number) {
  const { length } = question;
  const error = errorOf(length);
  const found: { value: T; cosine: number }[] = [];
  let least = -Infinity;
  return {
    found,
    /** The vector at a place of a matrix, whose product with the question is about `product`. */
    offer(value: T, product: number, matrix: Float32Array, at: number) {
      if (product + error <= least) return;
      const cosine = dot(question, matrix.subarray(at * length, (at + 1) * length));
      if (cosine <= least) return;
      if (found.length === limit) found.pop();
      found.splice(placeFor(cosine, found), 0, { value, cosine });
      if (found.length === limit) least = found.at(-1)!.cosine;
    },
  };
}

/** Four sums of pairs at once: a processor adds to one only after the one before. */
function dot(one: Float32Array, other: Float32Array): number {
  const { length } = one;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (; at + 7 < length; at += 8) {
    a += one[at]! * other[at]! + one[at + 4]! * other[at + 4]!;
    b += one[at + 1]! * other[at + 1]! + one[at + 5]! * other[at + 5]!;
    c += one[at + 2]! * other[at + 2]! + one[at + 6]! * other[at + 6]!;
    d += one[at + 3]! * other[at + 3]! + one[at + 7]! * other[at + 7]!;
  }
  for (; at < length; at++) a += one[at]! * other[at]!;
  return a + b + c + d;
}

function placeFor(cosine: number, best: readonly { cosine: number }[]): number {
  let at = best.length;
  while (at > 0 && best[at - 1]!.cosine < cosine) at -= 1;
  return at;
}
