/** A question, and what must be found for it. */
export interface Question {
  question: string;
  /** The id, the name or the address of an item, or words of a passage. */
  expects: readonly string[];
}
/** A passage that was found. */
export interface Hit {
  itemId: string;
  source: string;
  url: string | null;
  text: string;
}
/** Means over all questions, each from 0 to 1. */
export interface Measures {
  /** How much of what must be found stands first, and among the first five. */
  recall1: number;
  recall5: number;
  /** One divided by the place of the first that was expected, among the first ten. */
  mrr: number;
  /** The same for all that must be found, with less for a lower place (Järvelin and Kekäläinen, 2002). */
  ndcg: number;
}

/** So many passages are looked at. */
export const DEPTH = 10;

/** Measures one question, by what was found for it, best first. */
export function measure({ expects }: Question, hits: readonly Hit[]): Measures {
  const found = expects
    .map((expected) => hits.slice(0, DEPTH).findIndex((hit) => isMeant(expected, hit)))
    .filter((place) => place >= 0);
  const within = (count: number) => found.filter((place) => place < count).length / expects.length;
  const best = gainOf(Array.from({ length: Math.min(DEPTH, expects.length) }, (_, place) => place));
  return {
    recall1: within(1),
    recall5: within(5),
    mrr: found.length ? 1 / (Math.min(...found) + 1) : 0,
    // Two that stand in one passage would be worth more than in two.
    ndcg: Math.min(1, gainOf(found) / best),
  };
}

const gainOf = (places: readonly number[]) =>
  places.reduce((sum, place) => sum + 1 / Math.log2(place + 2), 0);

const isMeant = (expected: string, { itemId, source, url, text }: Hit): boolean =>
  [itemId, source, url].includes(expected) || plain(text).includes(plain(expected));

/** A text is broken into lines where its page is. */
const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim().toLowerCase();

/** The means of what was measured. */
export function meanOf(all: readonly Measures[]): Measures {
  const mean = (name: keyof Measures) => all.reduce((sum, each) => sum + each[name], 0) / all.length;
  return { recall1: mean('recall1'), recall5: mean('recall5'), mrr: mean('mrr'), ndcg: mean('ndcg') };
}
