import type { Citation, Passage } from '../ports.ts';
import { NOT_FOUND } from './prompt.ts';

/** What may be shown of an answer while it is made, and what it came to. */
export interface Citing {
  /** Takes a piece as the model wrote it; gives what can be shown now, which may be nothing yet. */
  take(text: string): string;
  /** After the last piece. */
  end(): { rest: string; citations: Citation[]; isFound: boolean };
}

/** `[1]`, `[2, 3]`, and the brackets some models write instead. */
const MARK = /\s*[[【]\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*(?:†[^\]】\n]{0,40})?[\]】]/gu;
/** What may become a mark with the next piece. */
const MAY_BE_MARK = /\s*(?:[[【][\d\s,;†]{0,40})?$/u;

/**
 * Follows an answer that names its sources by the numbers of the passages: numbers them anew in the order they come up,
 * takes out those that name nothing, and notices the answer that says there is none.
 */
export function citing(passages: readonly Passage[]): Citing {
  const cited: number[] = [];
  let held = '';
  let hasBegun = false;

  function mark(whole: string, numbers: string): string {
    const known = [...new Set(numbers.split(/[,;]/).map(Number))].filter((number) => passages[number - 1]);
    if (!known.length) return '';
    for (const number of known) if (!cited.includes(number)) cited.push(number);
    const [space = ''] = /^\s/u.exec(whole) ?? [];
    return `${space}${known.map((number) => `[${cited.indexOf(number) + 1}]`).join('')}`;
  }
  const marked = (text: string) => text.replaceAll(MARK, mark);

  return {
    take(text) {
      held += text;
      if (!hasBegun && mayBeNone(held)) return '';
      hasBegun = true;
      const [open] = MAY_BE_MARK.exec(held)!;
      const shown = held.slice(0, held.length - open.length);
      held = open;
      return marked(shown);
    },
    end() {
      const isFound = hasBegun || !isNone(held);
      return {
        rest: isFound ? marked(held) : '',
        citations: isFound ? cited.map((number) => citationOf(passages[number - 1]!)) : [],
        isFound,
      };
    },
  };
}

const bare = (text: string) => text.replace(/^[\s"'`*_]+/u, '');
const isNone = (text: string) => /^NOT_FOUND[\s"'`*_.]*$/u.test(bare(text));
const mayBeNone = (text: string) => NOT_FOUND.startsWith(bare(text)) || isNone(text);

/** What an answer shows of a passage. */
export const citationOf = ({ source, text, page, url }: Passage): Citation => ({
  source,
  text,
  ...(page !== undefined && { page }),
  ...(url !== undefined && { url }),
});
