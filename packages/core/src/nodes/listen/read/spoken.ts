import { folded, isGerman, spokenNumbers } from './words.ts';

/** A number in words, and how many words it took. */
export interface Spoken {
  value: number;
  length: number;
}

/** The number that some folded words begin with: `twenty two`, `half a million`, `zweihundertfunfzig`. */
export function spokenNumber(words: readonly string[], language: string): Spoken | undefined {
  let found: Spoken | undefined;
  let sum: Sum | undefined = { done: 0, open: 0, least: Infinity, isPending: true };
  for (const [at, word] of words.slice(0, MAX_WORDS).entries()) {
    const pieces = piecesOf(word, words[at + 1], words[at - 1], language);
    for (const piece of pieces ?? [undefined])
      sum = sum && piece !== undefined ? plus(sum, piece) : undefined;
    if (!sum) break;
    if (!sum.isPending) found = { value: sum.done + sum.open, length: at + 1 };
  }
  return found;
}

const MAX_WORDS = 20;

/** Words, with the whole numbers among them in digits: `in twenty five minutes` becomes `in 25 minutes`. */
export function withDigits(words: readonly string[]): string[] {
  const plain = words.map(folded);
  const written: string[] = [];
  for (let at = 0; at < words.length;) {
    const { value = 0.5, length } = spokenNumber(plain.slice(at, at + MAX_WORDS), 'en') ?? { length: 1 };
    written.push(Number.isInteger(value) ? String(value) : words.slice(at, at + length).join(' '));
    at += length;
  }
  return written;
}

/** A part of a number: one that is added, one that multiplies, a half, `and`, or nothing. */
type Piece = { add: number } | { times: number } | 'half' | 'and' | 'none';

/** Thousands and more that are done, what is still to be multiplied, and the least multiplier so far. */
interface Sum {
  done: number;
  open: number;
  least: number;
  /** Nothing a number could end with: `two hundred and`, `half a`. */
  isPending: boolean;
  isJoined?: boolean;
}

function plus(sum: Sum, piece: Piece): Sum | undefined {
  const { done, open, least, isPending, isJoined = false } = sum;
  if (piece === 'none') return sum;
  if (piece === 'and') return isPending ? undefined : { ...sum, isPending: true, isJoined: true };
  if (piece === 'half') {
    // "Two and a half", and "half a million"; "a million and a half" is not half a unit more.
    if (isJoined)
      return open > 0 && open % 1 === 0 ? { done, open: open + 0.5, least, isPending: false } : undefined;
    return done === 0 && open <= 1 ? { done, open: 0.5, least, isPending: true } : undefined;
  }
  if (open === 0.5 && !('times' in piece && piece.times !== 100)) return undefined;
  if ('times' in piece) return times(sum, piece.times);
  const { add } = piece;
  const isFirst = done === 0 && open === 0 && isPending;
  const last = open % 100;
  const fits =
    add === 0
      ? isFirst
      : last === 0 ||
        (add < 10 ? last >= 20 && last % 10 === 0 : add >= 20 && last < 10 && isJoined && last % 1 === 0);
  return fits && least > 12 ? { done, open: open + add, least, isPending: false } : undefined;
}

function times({ done, open, least }: Sum, by: number): Sum | undefined {
  const isFirst = done === 0 && open === 0;
  if (by >= least || (open === 0 && !(by === 100 || (isFirst && by === 1_000)))) return undefined;
  if (by === 100) return open < 100 ? { done, open: (open || 1) * 100, least, isPending: false } : undefined;
  return { done: done + (open || 1) * by, open: 0, least: by, isPending: false };
}

function piecesOf(word: string, next = '', before = '', language: string): Piece[] | undefined {
  if (word === 'a' || word === 'an') {
    const isOne = multipliers(language).has(next) && before !== 'half';
    return isOne ? [{ add: 1 }] : multipliers(language).has(next) || next === 'half' ? ['none'] : undefined;
  }
  if (before === '' && isShort(word)) return undefined;
  const piece = pieceOf(word, language);
  if (piece !== undefined) return [piece];
  const parts = word.match(COMPOUND) ?? [];
  return word.length <= 60 && parts.join('') === word
    ? parts.flatMap((part) => (part === 'einhalb' ? ['and', 'half'] : (pieceOf(part, language) ?? [])))
    : undefined;
}

function pieceOf(word: string, language: string): Piece | undefined {
  if (word === 'and' || word === 'und') return 'and';
  if (HALVES.has(word)) return 'half';
  const by = multipliers(language).get(word);
  if (by !== undefined) return { times: by };
  const add = spokenNumbers.get(word) ?? tens.get(word);
  return add === undefined ? undefined : { add };
}

const rows = (...names: readonly (readonly [names: string, value: number])[]) =>
  names.flatMap(([words, value]) => words.split(' ').map((word) => [word, value] as const));

const HALVES = new Set('half halb halbe halbes halber halben'.split(' '));
const tens: ReadonlyMap<string, number> = new Map(
  rows(
    ['thirteen dreizehn', 13],
    ['fourteen vierzehn', 14],
    ['fifteen funfzehn fuenfzehn', 15],
    ['sixteen sechzehn', 16],
    ['seventeen siebzehn', 17],
    ['eighteen achtzehn', 18],
    ['nineteen neunzehn', 19],
    ['twenty zwanzig', 20],
    ['thirty dreissig', 30],
    ['forty fourty vierzig', 40],
    ['fifty funfzig fuenfzig', 50],
    ['sixty sechzig', 60],
    ['seventy siebzig', 70],
    ['eighty achtzig', 80],
    ['ninety neunzig', 90],
    ['anderthalb', 1.5],
  ),
);

const common = rows(
  ['dozen dutzend', 12],
  ['hundred hundert', 100],
  ['k thousand thousands tausend tsd', 1e3],
  ['lakh lakhs', 1e5],
  ['million millions millionen mio mln mn', 1e6],
  ['crore crores', 1e7],
  ['milliarde milliarden mrd', 1e9],
);
// A German Billion is a thousand English ones.
const english: ReadonlyMap<string, number> = new Map([
  ...common,
  ...rows(['billion billions bn', 1e9], ['trillion trillions', 1e12]),
]);
const german: ReadonlyMap<string, number> = new Map([
  ...common,
  ...rows(['billion billionen', 1e12], ['billiarde billiarden', 1e15], ['trillion trillionen', 1e18]),
]);

/** The words that multiply what stands before them. */
export const multipliers = (language: string): ReadonlyMap<string, number> =>
  isGerman(language) ? german : english;

/** Words that multiply in either language. */
export const isMultiplier = (word: string): boolean => english.has(word) || german.has(word);

/** Whether a word says how many by itself, and does not multiply. */
export const isNumberWord = (word: string): boolean =>
  !isMultiplier(word) && spokenNumber([word], 'en') !== undefined;

/** Short forms stand after a number only. */
const isShort = (word: string) => /^(?:k|tsd)$/.test(word);

/** The parts of a German number written as one word, the longest first: `einhalb` before `ein`. */
const COMPOUND = new RegExp(
  [
    ...tens.keys(),
    ...[...spokenNumbers.keys()].filter((word) => !/^eine/.test(word)),
    'hundert',
    'tausend',
    'einhalb',
    'und',
  ]
    .sort((one, two) => two.length - one.length)
    .join('|'),
  'g',
);
