import { slipsFrom } from './spelling.ts';
import { folded, isFiller, ordinals, spokenNumbers, wordsOf } from './words.ts';

/** One thing to pick. */
export interface Choice {
  id: string;
  label: string;
  value?: unknown;
}

interface KnownChoice<C> {
  choice: C;
  label: string;
  words: readonly string[];
  /** Label, id and value. */
  names: readonly string[];
  foldedNames: readonly string[];
}

/** The choices with what they can be called, prepared once for every piece of an answer. */
export interface Known<C> {
  all: readonly KnownChoice<C>[];
  /** Every word of a label: such a word says something, whatever it says elsewhere. */
  words: ReadonlySet<string>;
}

export function known<C extends Choice>(choices: readonly C[]): Known<C> {
  const all = choices.map((choice) => {
    const { id, label, value } = choice;
    const names = [
      label,
      id,
      ...(typeof value === 'string' || typeof value === 'number' ? [String(value)] : []),
    ];
    const [plain, words] = [names.map(folded), wordsOf(label)];
    return {
      choice,
      label: plain[0] ?? '',
      words,
      names: names.map((name) => name.trim()),
      foldedNames: plain,
    };
  });
  return { all, words: new Set(all.flatMap(({ words }) => words)) };
}

/** The choices a text may mean, and by what; more than one when they fit alike. */
export interface Candidates<C> {
  found: C[];
  by: 'name' | 'number' | 'mention' | 'part' | 'likeness';
}

/** Names come before positions, positions before labels in a sentence, and these before parts and close spellings. */
export function candidates<C extends Choice>(text: string, list: Known<C>): Candidates<C> {
  const named = byName(text, list);
  if (named.length > 0) return { found: named, by: 'name' };
  const words = wordsOf(text);
  const meant = words.filter((word) => list.words.has(word) || !(isFiller(word) || POINTERS.has(word)));
  const numbered = byNumber(text, words, meant, list);
  if (numbered.length > 0) return { found: numbered, by: 'number' };
  const mentioned = byMention(words, list);
  const spelled = bySpelling(text, list);
  if (mentioned) {
    // "Pro Pluss" holds the label "Pro", and is nearly "Pro Plus".
    const near = mentioned.length > 0 ? spelled.filter((choice) => !mentioned.includes(choice)) : [];
    return near.length > 0
      ? { found: [...mentioned, ...near], by: 'likeness' }
      : { found: mentioned, by: 'mention' };
  }
  const parts = byPart(meant, list);
  return parts.length > 0 ? { found: parts, by: 'part' } : { found: spelled, by: 'likeness' };
}

/** Whether a text is the id, label or value of a choice. */
export const isNamed = <C extends Choice>(text: string, list: Known<C>): boolean =>
  byName(text, list).length > 0;

/** By label, then by id or value; as written, then without accents, case and signs. */
function byName<C extends Choice>(text: string, list: Known<C>): C[] {
  const [exact, plain] = [text.trim(), folded(text)];
  const found =
    firstWith(list, ({ names }) => names[0] === exact) ??
    firstWith(list, ({ names }) => names.includes(exact)) ??
    firstWith(list, ({ label }) => plain !== '' && label === plain) ??
    firstWith(list, ({ foldedNames }) => plain !== '' && foldedNames.includes(plain));
  return found ?? [];
}

const picked = <C>(list: Known<C>, test: (each: KnownChoice<C>) => boolean): C[] =>
  list.all.filter(test).map(({ choice }) => choice);

const firstWith = <C>(list: Known<C>, test: (each: KnownChoice<C>) => boolean): C[] | undefined => {
  const found = picked(list, test);
  return found.length > 0 ? found : undefined;
};

/** By number, letter or ordinal (`2`, `#2`, `b)`, `option two`, `the last one`), or by the number a label begins with. */
function byNumber<C extends Choice>(text: string, words: string[], meant: string[], list: Known<C>): C[] {
  if (/-\s?\d|\d[.,]\d/.test(text)) return [];
  const [word = words.find((each) => ARTICLES.has(each)), ...more] = words.length === 1 ? words : meant;
  if (word === undefined || more.length > 0) return [];
  // "One to three" are two numbers; only after another word is "one" none.
  if (words[0] === 'one' && word !== 'one' && !ordinals.has(word)) return [];
  const fromLast = LAST.findIndex((names) => names.has(word));
  const position = fromLast < 0 ? positionOf(word, text) : list.all.length - fromLast;
  const placed = list.all.slice(position - 1, Math.max(0, position));
  // "b" alone is the second, or what begins with it.
  const isInitial = placed.length > 0 && /^[a-z]$/i.test(text.trim());
  const leading =
    isInitial || /^\d+$/.test(word)
      ? list.all.filter(({ words: [first = ''] }) => (isInitial ? first[0] : first) === word)
      : [];
  return [...new Set([...leading, ...placed])].map(({ choice }) => choice);
}

function positionOf(word: string, text: string): number {
  const [, digits] = /^(\d{1,4})(?:st|nd|rd|th|te|ter|ten|tes)?$/.exec(word) ?? [];
  if (digits) return Number(digits);
  // Inside a sentence "a" is an article, by itself the first letter of a list.
  const isAlone = text.replace(/[\s.)(]/g, '').length === 1 || LETTERED.test(text);
  const isLetter = /^[a-z]$/.test(word) && isAlone;
  return isLetter ? word.charCodeAt(0) - 96 : (ordinals.get(word) ?? spokenNumbers.get(word) ?? 0);
}

/** Those whose label stands whole in the text, the longest where one label holds another; none when the text takes one back. */
function byMention<C extends Choice>(words: string[], list: Known<C>): C[] | undefined {
  const sentence = ` ${words.join(' ')} `;
  const held = list.all.filter(({ label }) => label !== '' && sentence.includes(` ${label} `));
  const isInside = (label: string) =>
    held.some((other) => other.label !== label && ` ${other.label} `.includes(` ${label} `));
  const longest = held.filter(({ label }) => !isInside(label));
  const around = longest.reduce((rest, { label }) => rest.replace(` ${label} `, ' '), sentence);
  if (longest.length === 0) return undefined;
  return around.split(' ').some((word) => NEGATIONS.has(word)) ? [] : longest.map(({ choice }) => choice);
}

/** Those whose label holds all the words that matter, the last one perhaps only begun. */
function byPart<C extends Choice>(meant: string[], list: Known<C>): C[] {
  const last = meant.at(-1) ?? '';
  if (meant.join('').length < 2 || meant.length > 20) return [];
  return picked(
    list,
    ({ words }) =>
      meant.slice(0, -1).every((word) => words.includes(word)) &&
      words.some((word) => word === last || (last.length > 1 && word.startsWith(last))),
  );
}

/** Those nearest in spelling. */
function bySpelling<C extends Choice>(text: string, list: Known<C>): C[] {
  const typed = folded(text);
  const scored = list.all.map(({ choice, foldedNames }) => ({
    choice,
    away: Math.min(...foldedNames.map((name) => slipsFrom(name, typed))),
  }));
  const least = scored.reduce((best, each) => Math.min(best, each.away), Infinity);
  return least < Infinity ? scored.filter(({ away }) => away === least).map(({ choice }) => choice) : [];
}

const set = (words: string) => new Set(words.split(' '));
const NEGATIONS = set(
  'not no never neither nor dont cant wont but anything except without besides instead than ' +
    'nicht kein keine keinen nie ausser ohne statt aber',
);
/** Words that point at a choice without naming it. */
const POINTERS = set(
  'option options choice number no nr nummer item auswahl antwort variant variante moglichkeit ' +
    'punkt ones one',
);
const ARTICLES = set('one');
/** Places from the last. */
const LAST = [
  set('last final letzte letzten letzter letztes'),
  set('penultimate vorletzte vorletzten vorletzter vorletztes'),
];
const LETTERED = /(?:answer|antwort|auswahl|choice|option|variante?)\s[a-z][.)]?$/i;
