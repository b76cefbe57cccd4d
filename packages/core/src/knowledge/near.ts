/** Passages by what they mean, as vectors of length 1. Groups come and go whole: those of an item. */
export interface Nearness<T> {
  /** One vector after the other in `matrix`, as many as there are values. */
  set(group: string, values: readonly T[], matrix: Float32Array): void;
  remove(group: string): void;
  /** The nearest to a question, nearest first; of some groups only when they are named. */
  search(question: Float32Array, limit: number, groups?: Iterable<string>): Near<T>[];
  readonly size: number;
}
export interface Near<T> {
  value: T;
  /** 0 to 1: how much nearer it is than passages are on average, 1 for the question's own words. */
  score: number;
}

/** Fewer than these say nothing of an average. */
const FEW = 8;
const AVERAGE_OF_FEW = 0.5;

/** An exact search: over a hundred thousand vectors it takes less time than most databases with an index need to be asked. */
export function createNearness<T>(): Nearness<T> {
  const groups = new Map<string, { values: readonly T[]; matrix: Float32Array }>();
  let size = 0;
  const remove = (group: string) => {
    size -= groups.get(group)?.values.length ?? 0;
    groups.delete(group);
  };

  return {
    get size() {
      return size;
    },
    set(group, values, matrix) {
      remove(group);
      groups.set(group, { values, matrix });
      size += values.length;
    },
    remove,
    search(question, limit, named = groups.keys()) {
      const { length } = question;
      const best: { value: T; cosine: number }[] = [];
      let [sum, count] = [0, 0];
      for (const group of named) {
        const { values, matrix } = groups.get(group) ?? { values: [], matrix: new Float32Array() };
        // Vectors of another model do not compare.
        if (matrix.length !== values.length * length) continue;
        count += values.length;
        for (let at = 0; at < values.length; at++) {
          const cosine = dot(question, matrix.subarray(at * length, (at + 1) * length));
          sum += cosine;
          if (best.length === limit && cosine <= best.at(-1)!.cosine) continue;
          if (best.length === limit) best.pop();
          best.splice(placeFor(cosine, best), 0, { value: values[at]!, cosine });
        }
      }
      const average = count < FEW ? AVERAGE_OF_FEW : sum / count;
      return best
        .filter(({ cosine }) => cosine > average)
        .map(({ value, cosine }) => ({ value, score: Math.min(1, (cosine - average) / (1 - average)) }));
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
