import { holdsRightToLeft, inReadingOrder, isRightToLeft } from './direction.js';

/** The text of a page, from the pieces the library found on it, in the order in which they are drawn. */
export function pageText({ items, styles }) {
  const pieces = items.filter(({ str }) => str !== undefined);
  const text = textOf(linesOf(pieces), styles);
  if (!holdsRightToLeft(text)) return withAccents(text);
  const runsRight = isRightToLeft(text);
  return textOf(
    linesOf(pieces).map((line) => inReadingOrder(line, runsRight)),
    styles,
  );
}

const textOf = (lines, styles) => lines.map((line) => joined(line, styles)).join('\n');

function linesOf(pieces) {
  const lines = [[]];
  for (const piece of pieces) {
    if (piece.str) lines.at(-1).push(piece);
    if (piece.hasEOL) lines.push([]);
  }
  return lines;
}

function joined(line, styles) {
  let text = '';
  let before;
  for (const piece of line) {
    if (before && !/\s$/.test(text) && !/^\s/.test(piece.str) && !styles[piece.fontName]?.vertical)
      text += between(before, piece);
    text += withoutGaps(piece.str);
    before = piece;
  }
  return text;
}

/** What parts two pieces that the library left together: a gap of a third of a letter's height, or another line. */
function between(before, piece) {
  const [a, b, , , x, y] = before.transform;
  const size = Math.hypot(a, b) || 1;
  const [right, up] = [piece.transform[4] - x, piece.transform[5] - y];
  const along = (right * a + up * b) / size;
  const across = (up * a - right * b) / size;
  if (Math.abs(across) > size) return '\n';
  // From where the one ends to where the other begins, or the other way round when the line runs to the left.
  const gap = Math.min(Math.abs(along - before.width), Math.abs(along + piece.width));
  return gap > size / 3 ? ' ' : '';
}

const SIGN = '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}]';
const SPACED = new RegExp(`(?<=${SIGN}) (?=${SIGN})`, 'gu');

/** Signs set a little apart belong together; what is meant to be apart comes as pieces of its own. */
const withoutGaps = (text) => (/[^\0-\u2fff]/.test(text) ? text.replace(SPACED, '') : text);

const OVER = {
  '¨': '\u0308',
  '´': '\u0301',
  ˆ: '\u0302',
  '˜': '\u0303',
  ˇ: '\u030c',
  '˚': '\u030a',
  '˝': '\u030b',
};
const DOTLESS = { ı: 'i', ȷ: 'j' };

/** TeX draws an accent by itself, before the letter it belongs to; a cedilla after it. */
const withAccents = (text) =>
  text
    .replace(
      /([¨´ˆ˜ˇ˚˝])(?!(?<=´)s)([acegilnorsuyzıȷ])/gi,
      (_, accent, letter) => (DOTLESS[letter] ?? letter) + OVER[accent],
    )
    .replace(/(?<=\p{L})`([aeu])/gu, '$1\u0300')
    .replace(/([cs])¸/gi, '$1\u0327');
