import { termsOf } from '../knowledge/terms.ts';
import type { Way } from '../ports.ts';

/** The way whose words a text shares most, and how sure that is, from 0 to 1: 0 when it shares none. */
export function bestWay(text: string, ways: readonly Way[]): { way: string | null; confidence: number } {
  const asked = new Set(termsOf(text));
  const ranked = ways
    .map(({ name, description, examples }) => ({
      name,
      ...best([
        ...examples.map((example) => likeness(asked, example, Math.min)),
        // A description holds many words; what counts is how much of the text it covers.
        likeness(asked, description, (ofText) => ofText),
      ]),
    }))
    .sort(closest);
  const [first, second] = ranked;
  if (!first?.shared) return { way: null, confidence: 0 };
  const isEven = second && closest(first, second) === 0;
  return { way: first.name, confidence: isEven ? first.score / 2 : first.score };
}

interface Likeness {
  score: number;
  /** Words in common. */
  shared: number;
}
const closest = (one: Likeness, other: Likeness) => other.score - one.score || other.shared - one.shared;
const best = (all: readonly Likeness[]): Likeness => [...all].sort(closest)[0]!;

function likeness(
  asked: ReadonlySet<string>,
  words: string,
  whole: (ofText: number, ofWords: number) => number,
): Likeness {
  const terms = new Set(termsOf(words));
  const shared = [...terms].filter((term) => asked.has(term)).length;
  return { score: shared && shared / whole(asked.size, terms.size), shared };
}
