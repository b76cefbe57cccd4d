import type { Citation, Passage } from '../ports.ts';
import { NOT_FOUND } from './prompt.ts';

/** What may be shown of an answer while it is made, and what it came to. */
export interface Citing {
  /** Takes a piece as the model wrote it; gives what can be shown now, which may be nothing yet. */
  take(text: string): string;
  /** After the last piece. */
  end(): { rest: string; citations: Citation[]; isFound: boolean };
}

/** `[1]`, `[2, 3]`, and the brackets some models write instead. No piece of it is unbounded: models may write anything. */
const MARK = /[[【]\s{0,3}(\d{1,3}(?:\s{0,3}[,;]\s{0,3}\d{1,3}){0,29})\s{0,3}(?:†[^\]】\n]{0,80})?[\]】]/gu;
/** What may become a mark with the next piece. */
const MAY_BE_MARK = /[[【][\d\s,;]{0,310}(?:†[^\]】\n]{0,80})?$/u;

/**
 * Follows an answer that names its sources by the numbers of the passages: numbers them anew in the order they come up,
 * takes out those that name nothing, and notices the answer that says there is none.
 */
export function citing(passages: readonly Passage[]): Citing {
  const cited: number[] = [];
  let held = '';
  let hasBegun = false;

  function mark(numbers: string): string {
    const known = [...new Set(numbers.split(/[,;]/).map(Number))].filter((number) => passages[number - 1]);
    for (const number of known) if (!cited.includes(number)) cited.push(number);
    return known.map((number) => `[${cited.indexOf(number) + 1}]`).join('');
  }
  /** A mark stands one space from what is before it, at most; one that names nothing takes that space with it. */
  function marked(text: string): string {
    let done = '';
    let from = 0;
    for (const { index, 0: whole, 1: numbers = '' } of text.matchAll(MARK)) {
      const before = text.slice(from, index);
      const bare = before.trimEnd();
      const shown = mark(numbers);
      done += bare + (shown && before.slice(bare.length, bare.length + 1)) + shown;
      from = index + whole.length;
    }
    return done + text.slice(from);
  }

  return {
    take(text) {
      held += text;
      if (!hasBegun && mayBeNone(held)) return '';
      hasBegun = true;
      const shown = held.slice(0, MAY_BE_MARK.exec(held)?.index).trimEnd();
      held = held.slice(shown.length);
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
/** Some models go on to say why. */
const isNone = (text: string) => /^NOT_FOUND(?!\w)/u.test(bare(text));
const mayBeNone = (text: string) => NOT_FOUND.startsWith(bare(text)) || isNone(text);

/** What an answer shows of a passage. */
export const citationOf = ({ source, text, page, url }: Passage): Citation => ({
  source,
  text,
  ...(page !== undefined && { page }),
  ...(url !== undefined && { url }),
});
