import { inReadingOrder, isRightToLeft } from './direction.js';

/** The text of a page, from the pieces the library found on it, in the order in which they are drawn. */
export function pageText({ items, styles }) {
  const pieces = items.filter(({ str }) => str !== undefined);
  const runsRight = isRightToLeft(pieces.map(({ str }) => str).join(''));
  const lines = linesOf(pieces).map((line) => joined(inReadingOrder(line, runsRight), styles));
  return withAccents(lines.join('\n'));
}

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
    text += piece.str.replace(SPACED, '');
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

/** Signs set a little apart; what is meant to be apart comes as pieces of its own. */
const SPACED =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]) (?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;

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
