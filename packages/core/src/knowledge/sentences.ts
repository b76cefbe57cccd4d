/** A piece of a text, with where it stands in characters. */
export interface Piece {
  text: string;
  start: number;
  end: number;
}

/** A sentence ends at its mark when what follows begins like one, or at a line that is left empty. */
const END = /(?<=[.!?…]["'”’)\]]?)\s+(?=["'“‘([]?[\p{Lu}\p{N}])|(?<=[。！？])|\n\s*\n/gu;

/** The sentences of a text, in order; together they are all of it but the space between. */
export const sentencesOf = (text: string): Iterable<Piece> => piecesOf(text, END);

/** What stands between the gaps, found while it is asked for: a whole book is not held twice. */
export function* piecesOf(text: string, gaps: RegExp): Generator<Piece> {
  let start = 0;
  for (const { index, 0: gap } of text.matchAll(gaps)) {
    const piece = trimmed(text, start, index);
    if (piece) yield piece;
    start = index + gap.length;
  }
  const last = trimmed(text, start, text.length);
  if (last) yield last;
}

function trimmed(text: string, from: number, to: number): Piece | null {
  const inner = text.slice(from, to);
  const start = from + (inner.length - inner.trimStart().length);
  const end = to - (inner.length - inner.trimEnd().length);
  return end > start ? { text: text.slice(start, end), start, end } : null;
}
