import { piecesOf, sentencesOf, type Piece } from './sentences.ts';

/** A piece that is found by itself: some sentences under one heading. */
export interface Cut extends Piece {
  /** The page it begins on, of a text that has pages. */
  page: number | null;
}

/** Where a page begins in the text, in characters. */
export interface PageStart {
  page: number;
  start: number;
}

const LONG = 900;
/** A sentence that is none, like a table: cut where it must be. */
const TOO_LONG = 1_800;
/** What parts blocks. */
const EMPTY_LINES = /\n[^\S\n]*\n\s*/gu;
const HEADING = /^(?:#{1,6}\s|[\p{Lu}\p{N}][^.!?\n]{0,80}\n(?:=|-){3,})/u;

/** Cuts a text into passages at empty lines, headings and sentences, one after the other; none is longer than a screen. */
export function* passagesOf(text: string, pages: readonly PageStart[] = []): Generator<Cut> {
  const pageAt = following(pages);
  let open: Piece | null = null;
  for (const block of piecesOf(text, EMPTY_LINES)) {
    if (open && HEADING.test(block.text)) {
      yield { ...open, page: pageAt(open.start) };
      open = null;
    }
    for (const sentence of sentencesIn(block)) {
      if (open && sentence.end - open.start > LONG) {
        yield { ...open, page: pageAt(open.start) };
        open = null;
      }
      const start: number = open?.start ?? sentence.start;
      open = { text: text.slice(start, sentence.end), start, end: sentence.end };
    }
    // A block that is long enough stands for itself.
    if (open && open.end - open.start > LONG / 2) {
      yield { ...open, page: pageAt(open.start) };
      open = null;
    }
  }
  if (open) yield { ...open, page: pageAt(open.start) };
}

function* sentencesIn(block: Piece): Generator<Piece> {
  for (const sentence of sentencesOf(block.text))
    for (const { text, start, end } of halved(sentence))
      yield { text, start: block.start + start, end: block.start + end };
}

/** What is longer than any sentence is cut between words, or where it must be. */
function* halved(piece: Piece): Generator<Piece> {
  let { start } = piece;
  while (piece.end - start > TOO_LONG) {
    const ahead = piece.text.slice(start - piece.start, start - piece.start + LONG);
    const middle = ahead.lastIndexOf(' ');
    const end = start + (middle > 0 ? middle : LONG);
    yield { text: piece.text.slice(start - piece.start, end - piece.start), start, end };
    start = end;
  }
  yield { text: piece.text.slice(start - piece.start), start, end: piece.end };
}

/** The page on which a place stands, for places in ascending order. */
function following(pages: readonly PageStart[]): (start: number) => number | null {
  let at = -1;
  return (start) => {
    while (at + 1 < pages.length && pages[at + 1]!.start <= start) at += 1;
    return pages[at]?.page ?? null;
  };
}
