import { createFinder } from './candidates.ts';
import { sentencesOf } from './sentences.ts';
import { BREAK, createShelf } from './shelf.ts';
import { termsOf } from './terms.ts';

/** A passage as it is ranked: its own words and those of its title. */
export interface Document<T> {
  /** What is given back when it is found. */
  value: T;
  title: string;
  text: string;
}
export interface Ranked<T> {
  value: T;
  /** 0 to 1: 1 says every word of the question together. */
  score: number;
}

const CANDIDATES = 60;
// What BM25 does not see: that the words stand in one sentence, and beside each other.
const SENTENCE = 0.9;
const PAIR = 0.35;

/** Passages made searchable. Groups come and go whole: those of an item. */
export interface Index<T> {
  add(group: string, documents: readonly Document<T>[]): void;
  remove(group: string): void;
  /** Best first; of some groups only when they are named. */
  search(question: string, limit: number, groups?: Iterable<string>): Ranked<T>[];
  /** Passages in it. */
  readonly size: number;
}

export function createIndex<T>(): Index<T> {
  let shelf = createShelf<T>();
  let find = createFinder(shelf);

  /** What was removed is passed over, until it is half of all. */
  function tidy() {
    if (shelf.passages.length < 1_000 || shelf.passages.length < 2 * shelf.alive()) return;
    const { passages, spell } = shelf;
    shelf = createShelf<T>();
    find = createFinder(shelf);
    for (const one of passages) if (one) shelf.move(one, spell);
  }

  function maskOf(groups: Iterable<string>): Uint8Array {
    const mask = new Uint8Array(shelf.passages.length);
    for (const group of groups) for (const at of shelf.of(group)) mask[at] = 1;
    return mask;
  }

  return {
    get size() {
      return shelf.alive();
    },
    add(group, documents) {
      for (const { value, title, text } of documents)
        shelf.put(group, value, [title, ...Array.from(sentencesOf(text), (piece) => piece.text)]);
    },
    remove(group) {
      shelf.drop(group);
      tidy();
    },
    search(question, limit, groups) {
      const words = termsOf(question);
      const asked = [...new Set(words)].map((term) => shelf.ask(term));
      const whole = asked.reduce((sum, { weight }) => sum + weight, 0);
      if (whole === 0) return [];
      const weights = new Map(asked.map(({ word, weight }) => [word, weight]));
      const numbers = words.map((term) => shelf.ask(term).word);
      return find(asked, Math.max(CANDIDATES, limit), groups && maskOf(groups))
        .map(({ passage, score }) => {
          const one = shelf.passages[passage]!;
          const near = nearness(one.words, weights, numbers);
          return {
            passage,
            value: one.value,
            order: (score + SENTENCE * near.sentence + PAIR * near.pairs) / whole,
            score: Math.min(1, near.covered / whole),
          };
        })
        .sort((one, other) => other.order - one.order || one.passage - other.passage)
        .slice(0, limit)
        .map(({ value, score }) => ({ value, score }));
    },
  };
}

function split(words: Int32Array): Int32Array[] {
  const parts: Int32Array[] = [];
  let start = 0;
  for (let at = 0; at <= words.length; at++)
    if (at === words.length || words[at] === BREAK) {
      parts.push(words.subarray(start, at));
      start = at + 1;
    }
  return parts;
}

/** How much of a question one sentence holds, how much all, and how many of its words stand side by side as they were asked. */
function nearness(
  words: Int32Array,
  weights: ReadonlyMap<number, number>,
  asked: readonly number[],
): { sentence: number; covered: number; pairs: number } {
  const [title, ...sentences] = split(words) as [Int32Array, ...Int32Array[]];
  const weigh = (found: ReadonlySet<number>) => {
    let sum = 0;
    for (const word of found) sum += weights.get(word)!;
    return sum;
  };
  const inTitle = new Set(title.filter((word) => weights.has(word)));
  const all = new Set(inTitle);
  const neighbours = new Set<string>();
  let sentence = 0;
  for (const part of [title, ...sentences]) {
    const here = new Set(inTitle);
    for (let at = 0; at < part.length; at++) {
      const word = part[at]!;
      if (!weights.has(word)) continue;
      here.add(word);
      all.add(word);
      if (at > 0 && weights.has(part[at - 1]!)) neighbours.add(`${part[at - 1]} ${word}`);
    }
    sentence = Math.max(sentence, weigh(here));
  }
  let pairs = 0;
  for (let at = 1; at < asked.length; at++)
    if (neighbours.has(`${asked[at - 1]} ${asked[at]}`))
      pairs += (weights.get(asked[at - 1]!)! + weights.get(asked[at]!)!) / 2;
  return { sentence, covered: weigh(all), pairs };
}
