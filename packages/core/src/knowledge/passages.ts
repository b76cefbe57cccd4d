import { EMPTY_LINES, headingOf, type Heading } from './headings.ts';
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
/** What begins in the middle of a sentence. */
const GOES_ON = /^\p{Ll}/u;
const ENDS_SENTENCE = /[.!?…。！？]["'”’)\]]?$/u;

/** A passage that is still gathered. */
interface Open extends Cut {
  /** Whether more than headings stands in it. */
  hasText: boolean;
}

/**
 * Cuts a text into passages at pages, headings, empty lines and sentences, one after the other; none is longer than a
 * screen. A heading stays with what it heads.
 */
export function* passagesOf(text: string, pages: readonly PageStart[] = []): Generator<Cut> {
  const pageAt = following(pages);
  let open: Open | null = null;
  for (const block of piecesOf(text, EMPTY_LINES)) {
    const heading = headingOf(block.text);
    const here = pageAt(block.start);
    if (open && (heading ? isHeaded(open, heading) : here !== open.page && !GOES_ON.test(block.text))) {
      yield done(open);
      open = null;
    }
    for (const sentence of sentencesIn(block)) {
      if (open?.hasText && sentence.end - open.start > LONG) {
        yield done(open);
        open = null;
      }
      const { start, page, hasText }: Pick<Open, 'start' | 'page' | 'hasText'> = open ?? {
        start: sentence.start,
        page: here,
        hasText: false,
      };
      const { end } = sentence;
      open = { text: text.slice(start, end), start, end, page, hasText: hasText || !heading?.isAll };
    }
    // A block that is long enough stands for itself.
    if (open?.hasText && open.end - open.start > LONG / 2) {
      yield done(open);
      open = null;
    }
  }
  if (open) yield done(open);
}

const done = ({ hasText: _hasText, ...cut }: Open): Cut => cut;

/** Whether a heading ends what stands before it. A short line in the middle of a sentence, or of a list, is none. */
const isHeaded = ({ text, hasText }: Open, { isMarked }: Heading) =>
  hasText && (isMarked || ENDS_SENTENCE.test(text));

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
