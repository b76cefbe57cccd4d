import type { Passage } from '../ports.ts';

/** A passage before it is asked for. */
export interface Source {
  source: string;
  text: string;
}

// Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) with its usual constants.
const K1 = 1.2;
const B = 0.75;

/** Makes passages searchable: gives the best for a question, best first, with a score from 0 to 1. */
export function createIndex(sources: readonly Source[]) {
  const documents = sources.map(({ source, text }) => words(`${source} ${text}`));
  const averageLength =
    documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const postings = new Map<string, Map<number, number>>();
  documents.forEach((terms, at) => {
    for (const term of terms) {
      const counts = postings.get(term) ?? new Map<number, number>();
      postings.set(term, counts.set(at, (counts.get(at) ?? 0) + 1));
    }
  });
  const rarity = (found: number) => Math.log(1 + (documents.length - found + 0.5) / (found + 0.5));

  return (question: string, limit: number): Passage[] => {
    const asked = [...new Set(words(question))];
    const scores = new Map<number, number>();
    for (const term of asked) {
      const counts = postings.get(term);
      if (!counts) continue;
      for (const [at, count] of counts) {
        const length = documents[at]!.length / averageLength;
        const weight = (count * (K1 + 1)) / (count + K1 * (1 - B + B * length));
        scores.set(at, (scores.get(at) ?? 0) + rarity(counts.size) * weight);
      }
    }
    const best = asked.reduce((sum, term) => sum + rarity(postings.get(term)?.size ?? 0), 0) * (K1 + 1);
    return [...scores]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, limit)
      .map(([at, score]) => ({ ...sources[at]!, score: Math.min(1, (2 * score) / best) }));
  };
}

const common = new Set(
  (
    'a an and are as at be by can do does for from has have how i in is it my of on or our that the this to was what when where which who why will with you your me we if there ' +
    'der die das den dem ein eine einen und oder ist sind wie was wann wo wer ich du sie wir ihr mein dein es im in an auf zu für von mit kann'
  ).split(' '),
);
/** The words that matter, without endings that only bend them. */
const words = (text: string): string[] =>
  (
    text
      .toLowerCase()
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
    .filter((word) => !common.has(word))
    .map((word) => (word.length > 4 ? word.replace(/(ing|ed|es|s|en|e)$/u, '') : word));
