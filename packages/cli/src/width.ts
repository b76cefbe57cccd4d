const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** East Asian wide and full-width characters, and emoji: https://www.unicode.org/reports/tr11/ */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number =>
  Array.from(graphemes.segment(text), ({ segment }) => (wide.test(segment) ? 2 : 1)).reduce<number>(
    (sum, each) => sum + each,
    0,
  );

/** A text in lines of so many columns, broken between words; a word that is longer than a line is broken anywhere. */
export const wrapped = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => linesOf(line, columns).join('\n'))
    .join('\n');

function linesOf(line: string, columns: number): string[] {
  const lines = [''];
  for (const word of line.split(/(?<= )(?! )/)) {
    if (widthOf(lines.at(-1)! + word.trimEnd()) > columns && lines.at(-1) !== '') lines.push('');
    for (const { segment } of graphemes.segment(word)) {
      const isFull = segment !== ' ' && widthOf(lines.at(-1)! + segment) > columns;
      if (isFull) lines.push(segment);
      else lines[lines.length - 1] += segment;
    }
  }
  return lines.map((each, at) => (at < lines.length - 1 ? each.trimEnd() : each));
}

/** The widths of columns that are to fit: the widest is made narrower, the others stay. */
export function fitting(natural: readonly number[], columns: number): number[] {
  const excess = natural.reduce((sum, each) => sum + each, 0) - columns;
  if (excess <= 0) return [...natural];
  const widest = natural.indexOf(Math.max(...natural));
  return natural.map((each, at) => (at === widest ? Math.max(LEAST, each - excess) : each));
}
const LEAST = 12;
