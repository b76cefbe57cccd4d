import { termsOf } from './terms.ts';

/** Stands between the parts of a passage, where no word does. */
export const BREAK = -1;
/** No passage holds it. */
const UNKNOWN = -2;

/** A word of a question: its number, where it stands, and how much it says. */
export interface Asked {
  word: number;
  postings: Postings;
  weight: number;
}

/** Where a word stands, in ascending order: the number of a passage and how often, in one number to save memory. */
export type Postings = readonly number[];
const COUNT_BITS = 8;
const MOST_COUNT = 2 ** COUNT_BITS - 1;
export const passageOf = (posting: number) => posting >>> COUNT_BITS;
export const countOf = (posting: number) => posting & MOST_COUNT;

/** A passage on the shelf. */
export interface Shelved<T> {
  group: string;
  value: T;
  /** The words of its title, then of each sentence, as numbers, with BREAK between. */
  words: Int32Array;
}

/** Passages by number, and the words that stand in them. */
export function createShelf<T>() {
  const numbers = new Map<string, number>();
  const terms: string[] = [];
  const postings: number[][] = [];
  /** How many passages still hold the word. */
  const holding: number[] = [];
  const passages: (Shelved<T> | null)[] = [];
  let lengths = new Int32Array(1_024);
  const groups = new Map<string, number[]>();
  let alive = 0;
  let totalLength = 0;

  function numberOf(term: string): number {
    const known = numbers.get(term);
    if (known !== undefined) return known;
    const number = terms.push(term) - 1;
    numbers.set(term, number);
    postings.push([]);
    holding.push(0);
    return number;
  }

  /** Counts each word of a passage into its postings. */
  function post(words: Int32Array, passage: number) {
    const sorted = words.slice().sort();
    for (let at = 0; at < sorted.length;) {
      const word = sorted[at]!;
      const first = at;
      while (at < sorted.length && sorted[at] === word) at += 1;
      if (word === BREAK) continue;
      postings[word]!.push((passage << COUNT_BITS) | Math.min(at - first, MOST_COUNT));
      holding[word]! += 1;
    }
  }

  function putWords(group: string, value: T, words: Int32Array, length: number) {
    const passage = passages.push({ group, value, words }) - 1;
    if (passage >= lengths.length) {
      const longer = new Int32Array(lengths.length * 2);
      longer.set(lengths);
      lengths = longer;
    }
    lengths[passage] = length;
    post(words, passage);
    const of = groups.get(group);
    if (of) of.push(passage);
    else groups.set(group, [passage]);
    alive += 1;
    totalLength += length;
  }

  return {
    passages,
    alive: () => alive,
    averageLength: () => totalLength / Math.max(1, alive),
    /** Words in each passage by its number; of a removed one -1. */
    lengths: () => lengths,
    of: (group: string): readonly number[] => groups.get(group) ?? [],
    ask(term: string): Asked {
      const word = numbers.get(term) ?? UNKNOWN;
      const found = holding[word] ?? 0;
      return {
        word,
        postings: postings[word] ?? [],
        weight: Math.log(1 + (alive - found + 0.5) / (found + 0.5)),
      };
    },
    put(group: string, value: T, parts: readonly string[]) {
      const words: number[] = [];
      for (const [at, part] of parts.entries()) {
        if (at) words.push(BREAK);
        for (const term of termsOf(part)) words.push(numberOf(term));
      }
      putWords(group, value, Int32Array.from(words), words.length - (parts.length - 1));
    },
    /** Takes a passage over from a shelf that is given up. */
    move({ group, value, words }: Shelved<T>, spell: (word: number) => string) {
      const moved = words.map((word) => (word === BREAK ? BREAK : numberOf(spell(word))));
      putWords(
        group,
        value,
        moved,
        words.length - words.reduce((n, word) => n + (word === BREAK ? 1 : 0), 0),
      );
    },
    spell: (word: number): string => terms[word]!,
    drop(group: string) {
      for (const passage of groups.get(group) ?? []) {
        for (const word of new Set(passages[passage]!.words)) if (word !== BREAK) holding[word]! -= 1;
        passages[passage] = null;
        alive -= 1;
        totalLength -= lengths[passage]!;
        lengths[passage] = -1;
      }
      groups.delete(group);
    },
  };
}
export type Shelf<T> = ReturnType<typeof createShelf<T>>;
