/** What a block of text is headed by. */
export interface Heading {
  /** 1 to 6 as Markdown has it; what only looks like a heading stands below those. */
  level: number;
  /** By Markdown: it is one for certain. */
  isMarked: boolean;
  text: string;
  /** Whether nothing else stands in the block. */
  isAll: boolean;
}

const MARKED = /^(#{1,6})[^\S\n]+([^\n]{1,200})(?:\n|$)/u;
const UNDERLINED = /^([^\n]{1,200})\n(=|-){3,}[^\S\n]*(?:\n|$)/u;
const PLAIN_LEVEL = 7;
const LONGEST_PLAIN = 80;
const BEGINS_LIKE_ONE = /^[\p{Lu}\p{Lo}\p{N}].*\p{L}/u;
const ENDS_LIKE_TEXT = /[.!:;,…。！；：，、]["'”’)\]]?$/u;

/** The heading that a block begins with: one in Markdown, or a short line that stands alone and ends like none of a text. */
export function headingOf(block: string): Heading | null {
  const marked = MARKED.exec(block);
  if (marked) return headed(block, marked[0], { level: marked[1]!.length, text: marked[2]! });
  const lined = UNDERLINED.exec(block);
  if (lined) return headed(block, lined[0], { level: lined[2] === '=' ? 1 : 2, text: lined[1]! });
  return isPlain(block) ? { level: PLAIN_LEVEL, isMarked: false, text: block, isAll: true } : null;
}

const headed = (block: string, head: string, { level, text }: Pick<Heading, 'level' | 'text'>): Heading => ({
  level,
  isMarked: true,
  text: text.trim(),
  isAll: head.length === block.length,
});
const isPlain = (block: string) =>
  block.length <= LONGEST_PLAIN &&
  !block.includes('\n') &&
  BEGINS_LIKE_ONE.test(block) &&
  !ENDS_LIKE_TEXT.test(block);

/** What parts blocks. */
export const EMPTY_LINES = /\n[^\S\n]*\n\s*/gu;

/** Follows the passages of a text in order: gives the headings that each stands under, outermost first. */
export function createSections(): (passage: string) => string[] {
  let path: Heading[] = [];
  return (passage) => {
    const [first, ...others] = passage.split(EMPTY_LINES).map(headingOf);
    const above = path.filter(({ level }) => !first || level < first.level);
    path = first ? [...above, first] : above;
    // Inside a passage a short line may be anything.
    for (const heading of others)
      if (heading?.isMarked) path = [...path.filter(({ level }) => level < heading.level), heading];
    return above.map(({ text }) => text);
  };
}
