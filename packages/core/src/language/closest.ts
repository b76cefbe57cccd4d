import { distance } from 'fastest-levenshtein';

export { distance };

/** Nobody mistypes a longer name: it was copied. */
const MOST_CHARACTERS = 60;

/** The candidate that was probably meant, or undefined when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MOST_CHARACTERS) return undefined;
  let best: string | undefined;
  let least = word.length < 4 ? word.length - 1 : Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const away = distance(word.toLowerCase(), candidate.toLowerCase());
    if (away < least) [best, least] = [candidate, away];
  }
  return best;
}
/** ` Did you mean x?`, or nothing. */
export const didYouMean = (word: string, candidates: Iterable<string>): string => {
  const near = closest(word, candidates);
  return near === undefined ? '' : ` Did you mean ${near}?`;
};
