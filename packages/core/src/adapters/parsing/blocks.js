import { mustFit, tidy } from './plain.js';

const named = (names) => new Set(names.split(' '));
const BLOCKS = named(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR MAIN OL P PRE SECTION SUMMARY TABLE UL',
);
const LINES = named('LI TR');
const CELLS = named('TD TH');
/** Of the page and not of its text, unless they stand in what it marks as its text. */
const EDGES = named('HEADER FOOTER ASIDE');
const MARKED = named('MAIN ARTICLE');

/**
 * The text of an element as it is read, block by block: with the space before each, its words, and the share of them
 * that are links.
 */
export function blocksOf(root, { characters = Infinity, isWhole = true } = {}) {
  const blocks = [];
  const inside = { A: 0, PRE: 0, marked: 0 };
  let block = { gap: '', text: '', links: 0 };
  let length = 0;
  const part = (gap) => {
    const text = block.text.trim();
    const words = wordsIn(text);
    if (text)
      blocks.push({ gap: block.gap, text, words, linked: words ? Math.min(1, block.links / words) : 0 });
    block = { gap: text ? gap : block.gap + gap, text: '', links: 0 };
  };
  // No recursion: a page may be nested deeper than the stack is.
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'function') next();
    else if (next.nodeType === 3) {
      const said = inside.PRE ? next.nodeValue : next.nodeValue.replace(/\s+/g, ' ');
      block.text += said;
      if (inside.A) block.links += wordsIn(said);
      mustFit((length += said.length), characters);
    } else {
      const name = next.tagName?.toUpperCase();
      if (name === 'TITLE' || (!isWhole && !inside.marked && EDGES.has(name))) continue;
      const gap = LINES.has(name) ? '\n' : BLOCKS.has(name) ? '\n\n' : '';
      const counts = MARKED.has(name) ? 'marked' : name;
      if (gap) part(gap);
      else if (name === 'BR') block.text += '\n';
      else if (CELLS.has(name)) block.text += ' ';
      if (counts in inside) inside[counts] += 1;
      open.push(() => {
        if (counts in inside) inside[counts] -= 1;
        if (gap) part(gap);
      });
      for (const child of Array.from(next.childNodes ?? []).reverse()) open.push(child);
    }
  }
  part('');
  return blocks;
}

export const textOf = (blocks) => tidy(blocks.map(({ gap, text }) => gap + text).join(''));
export const lengthOf = (blocks) => blocks.reduce((sum, { words }) => sum + words, 0);

/** Without the menus it begins and ends with. */
export function withoutMenus(blocks) {
  const isText = ({ linked }) => linked < 2 / 3;
  return blocks.slice(Math.max(0, blocks.findIndex(isText)), blocks.findLastIndex(isText) + 1);
}

/** What is no menu. */
export const unlinked = (blocks) => blocks.filter(({ linked }) => linked <= 1 / 3);

/**
 * The blocks that are prose rather than menus and notes, by how long they and their neighbours are and how much of them
 * is links: Kohlschütter, Fankhauser, Nejdl, Boilerplate Detection using Shallow Text Features (2010), figure 2.
 */
export const prose = (blocks) =>
  blocks.filter((block, at) => isProse(blocks[at - 1] ?? NONE, block, blocks[at + 1] ?? NONE));
const NONE = { words: 0, linked: 0 };

function isProse(before, { words, linked }, after) {
  if (linked > 1 / 3) return false;
  if (before.linked > 5 / 9) return words > 40 || after.words > 17;
  return words > 16 || after.words > 15 || before.words > 4;
}

const SIGNS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

/** Two signs of a script without spaces are about a word. */
function wordsIn(text) {
  const signs = text.match(SIGNS)?.length ?? 0;
  return Math.ceil(signs / 2) + ((signs ? text.replace(SIGNS, ' ') : text).match(WORDS)?.length ?? 0);
}
