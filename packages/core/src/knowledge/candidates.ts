import { countOf, passageOf, type Asked, type Postings, type Shelf } from './shelf.ts';

// Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
const K1 = 1.2;
const B = 0.6;
/** What a word that stands in a passage again and again comes near to, times its weight. */
const MOST = K1 + 1;

export interface Candidate {
  passage: number;
  score: number;
}

/**
 * Finds the passages that BM25 puts first. The words that say most are followed first; once what the others can still
 * add is less than the last of the best has, they only rank what is found (Turtle and Flood, "Query evaluation:
 * strategies and optimizations", 1995): the same answer, without reading where common words stand.
 */
export function createFinder<T>(shelf: Shelf<T>) {
  let scores = new Float64Array(0);

  /** The best so many, in no order; `mask` marks the only passages that count. */
  return (asked: readonly Asked[], limit: number, mask?: Uint8Array): Candidate[] => {
    if (scores.length < shelf.passages.length) scores = new Float64Array(shelf.passages.length * 2);
    const lengths = shelf.lengths();
    const perWord = (K1 * B) / shelf.averageLength();
    const weighed = (posting: number) => {
      const count = countOf(posting);
      return (count * MOST) / (count + K1 * (1 - B) + perWord * lengths[passageOf(posting)]!);
    };
    const strongest = asked.toSorted((one, other) => other.weight - one.weight);
    let rest = strongest.reduce((sum, { weight }) => sum + weight * MOST, 0);
    const touched: number[] = [];
    let open: number[] | null = null;
    for (const { postings, weight } of strongest) {
      const last = lastOfBest(open ?? touched, scores, limit);
      if (open || last > rest) {
        const worth = last - rest;
        open = (open ?? touched.toSorted((one, other) => one - other)).filter((at) => scores[at]! >= worth);
        follow(open, postings, (at, posting) => (scores[at]! += weight * weighed(posting)));
      } else
        for (const posting of postings) {
          const at = passageOf(posting);
          if (lengths[at]! < 0 || (mask && !mask[at])) continue;
          if (scores[at] === 0) touched.push(at);
          scores[at]! += weight * weighed(posting);
        }
      rest -= weight * MOST;
    }
    const last = lastOfBest(open ?? touched, scores, limit);
    const found = (open ?? touched)
      .filter((at) => scores[at]! >= last)
      .map((passage) => ({ passage, score: scores[passage]! }));
    for (const at of touched) scores[at] = 0;
    return found.sort((one, other) => other.score - one.score || one.passage - other.passage).slice(0, limit);
  };
}

/** The score that the last of the best so many has; below all, when there are fewer. */
function lastOfBest(passages: readonly number[], scores: Float64Array, limit: number): number {
  if (passages.length < limit) return -Infinity;
  const best = new Float64Array(limit).fill(-Infinity);
  for (const passage of passages) {
    const score = scores[passage]!;
    if (score <= best[0]!) continue;
    let at = 0;
    for (; at + 1 < limit && best[at + 1]! < score; at++) best[at] = best[at + 1]!;
    best[at] = score;
  }
  return best[0]!;
}

/** Finds each passage, in ascending order, among the postings of a word, by steps that double and halve. */
function follow(
  passages: readonly number[],
  postings: Postings,
  found: (passage: number, posting: number) => void,
) {
  let low = 0;
  for (const passage of passages) {
    let step = 1;
    while (low + step < postings.length && passageOf(postings[low + step]!) < passage) step *= 2;
    let high = Math.min(low + step, postings.length);
    low += step >> 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passageOf(postings[middle]!) < passage) low = middle + 1;
      else high = middle;
    }
    if (low === postings.length) return;
    if (passageOf(postings[low]!) === passage) found(passage, postings[low]!);
  }
}
