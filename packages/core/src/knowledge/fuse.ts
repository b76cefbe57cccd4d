interface Scored<T> {
  value: T;
  score: number;
}

/** How much less a place counts than the one before: Cormack and others, "Reciprocal rank fusion", 2009. */
const K = 60;

/** One list of several, each best first: what stands high in many comes first, with the best score it has in any. */
export function fused<T>(lists: readonly (readonly Scored<T>[])[]): Scored<T>[] {
  const all = new Map<T, { order: number; score: number }>();
  for (const list of lists)
    for (const [at, { value, score }] of list.entries()) {
      const known = all.get(value) ?? { order: 0, score: 0 };
      all.set(value, { order: known.order + 1 / (K + at + 1), score: Math.max(known.score, score) });
    }
  return [...all]
    .sort(([, one], [, other]) => other.order - one.order)
    .map(([value, { score }]) => ({ value, score }));
}
