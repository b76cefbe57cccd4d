import { candidates, isNamed, known, type Choice, type Known } from './choice-match.ts';
import { refused, taken, tidied, type Locale, type Reading, type Refusal } from './reading.ts';
import { folded, isFiller, knownLanguage, spokenNumbers, wordsOf } from './words.ts';

export interface ChoiceRules<C extends Choice> {
  choices: readonly C[];
  multiple?: boolean | undefined;
  /** How many must and may be picked, where several may. */
  min?: number | undefined;
  max?: number | undefined;
}

/** More pieces than anybody lists. */
const MAX_PIECES = 40;
/** A longer answer names a choice word for word or not at all. */
const MAX_ANSWER_CHARS = 1_000;

/**
 * The choices meant, in the order of the list; exactly one unless `multiple`. A choice is named by its id, label, value,
 * position ("2", "b", "the second one"), a part of its label or a close spelling. Two that fit alike are refused by name.
 */
export function readChoice<C extends Choice>(
  text: string,
  { choices, multiple = false, min = 0, max = choices.length }: ChoiceRules<C>,
  { language }: Pick<Locale, 'language'>,
): Reading<C[]> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const list = known(choices);
  if (tidy.value.length > MAX_ANSWER_CHARS && !list.all.some(({ names }) => names.includes(tidy.value)))
    return unknown(list, language);
  const picked = multiple ? several(tidy.value, list, language) : one(tidy.value, list, language);
  if (!picked.ok || !multiple) return picked;
  const values = { min, max, count: picked.value.length };
  if (picked.value.length < min) return refused('too_few', values);
  return picked.value.length > max ? refused('too_many', values) : picked;
}

function one<C extends Choice>(text: string, list: Known<C>, language: string): Reading<C[]> {
  const { found, by } = candidates(text, list);
  const [first, second] = found;
  if (first === undefined) return between(text, list) ?? unknown(list, language);
  if (second !== undefined) return unclear(first, second);
  return by === 'likeness' ? taken([first], first.label) : taken([first]);
}

/** "1 or 2": two choices, each clear by itself. */
function between<C extends Choice>(text: string, list: Known<C>): Refusal | undefined {
  const clear = pieces(text)
    .slice(0, 10)
    .map((piece) => candidates(piece, list).found)
    .filter((found) => found.length === 1);
  const [first, second] = new Set(clear.flat());
  return first && second && unclear(first, second);
}

function several<C extends Choice>(text: string, list: Known<C>, language: string): Reading<C[]> {
  const choices = list.all.map(({ choice }) => choice);
  const ticked = spelledOut(text, list);
  if (ticked) return taken(choices.filter((choice) => ticked.has(choice)));
  if (isWhole(text, list)) return one(text, list, language);
  const amount = wordsOf(text)
    .filter((word) => !isFiller(word))
    .join(' ');
  const many = amountOf(amount, choices);
  if (many) return taken(many);
  const parts = listed(text, list);
  if (parts.length === 0 || parts.length > MAX_PIECES) return unknown(list, language);
  const picked = new Set<C>();
  let isGuess = false;
  for (const part of parts) {
    const { found, by } = candidates(part, list);
    const span = by === 'name' ? undefined : rangeIn(part, list);
    const reading = span ?? (by === 'mention' && found.length > 0 ? taken(found) : one(part, list, language));
    if (!reading.ok) return reading;
    for (const choice of reading.value) picked.add(choice);
    isGuess ||= reading.echo !== undefined;
  }
  const inOrder = choices.filter((choice) => picked.has(choice));
  return isGuess ? taken(inOrder, labels(inOrder, language)) : taken(inOrder);
}

/** A list of names exactly as they are written, as a client sends the boxes that were ticked: the longest where several begin there. */
function spelledOut<C extends Choice>(text: string, list: Known<C>): ReadonlySet<C> | undefined {
  const picked = new Set<C>();
  const names = list.all.flatMap((each) => each.names.map((name) => ({ name, choice: each.choice })));
  for (let rest = text; rest !== '' || picked.size === 0; rest = rest.replace(/^\s*[,;\n]\s*/, '')) {
    const begun = names.filter(
      ({ name }) => name !== '' && rest.startsWith(name) && /^\s*(?:[,;\n]|$)/.test(rest.slice(name.length)),
    );
    const longest = Math.max(...begun.map(({ name }) => name.length));
    const [choice, other] = new Set(
      begun.filter(({ name }) => name.length === longest).map((each) => each.choice),
    );
    if (!choice || other) return undefined;
    picked.add(choice);
    rest = rest.slice(longest);
  }
  return picked;
}

/** All, none, the first two. */
function amountOf<C>(amount: string, choices: C[]): C[] | undefined {
  if (NONE.has(amount)) return [];
  const [, all, end, word = ''] = /^(?:(all|alle)|(first|last|ersten|letzten)) (\w+)$/.exec(amount) ?? [];
  const count = BOTH.has(word) ? 2 : (spokenNumbers.get(word) ?? Number(word));
  const isAll = ALL.has(amount) || (BOTH.has(amount) && choices.length === 2);
  if (isAll || (all && count === choices.length)) return choices;
  if (!end || !(count >= 1 && count <= choices.length)) return undefined;
  return /^[fe]/.test(end) ? choices.slice(0, count) : choices.slice(-count);
}

const RANGE =
  /^\s*(?:(?:from|von)\s)?\s*([^\s\-–][^\-–]{0,60}?)\s*(?:[-–]|\s(?:to|till?|through|thru|bis)\s)\s*([^\s\-–][^\-–]{0,60})$/iu;

/** "1-3", "a to c", "Monday to Friday": from one choice to a later one. */
function rangeIn<C extends Choice>(part: string, list: Known<C>): Reading<C[]> | undefined {
  const ends = RANGE.exec(part)?.slice(1) ?? [];
  const [from = -1, to = -1] = ends.map((end) => {
    const { found, by } = candidates(end, list);
    const isClear = found.length === 1 && (by === 'name' || by === 'number');
    return isClear ? list.all.findIndex(({ choice }) => choice === found[0]) : -1;
  });
  return from >= 0 && from < to ? taken(list.all.slice(from, to + 1).map(({ choice }) => choice)) : undefined;
}

/** Whether a text is one label, whatever marks stand in it; a label that is only a sign stands for itself. */
const isWhole = <C extends Choice>(text: string, list: Known<C>): boolean =>
  isNamed(text, list) &&
  (folded(text) === '' || !text.split(/[,;\n]/).some((part) => folded(part) === '' && isNamed(part, list)));

/** The pieces of a list. A label that itself has a comma or an "and" in it stays whole. */
function listed<C extends Choice>(text: string, list: Known<C>): string[] {
  const coarse = text.split(/[;\n]/).flatMap((part) => (isWhole(part, list) ? [part] : part.split(',')));
  if (coarse.length > MAX_PIECES) return coarse;
  const fine = coarse.flatMap((part) => (isNamed(part, list) ? [part] : pieces(part)));
  // "rot und blau, bitte": a piece of fillers alone names nothing, unless it is the letter of a choice.
  return fine.filter(
    (part) => part.trim().length === 1 || !wordsOf(part).every(isFiller) || isNamed(part, list),
  );
}

/** Split at every mark and word that lists; `1 3` too. */
function pieces(text: string): string[] {
  const parts = text.split(/[,;\n&+/]|\s(?:and|or|und|oder|sowie)\s/iu);
  return parts
    .flatMap((part) => (/^[\d\s.)]+$/.test(part) ? part.split(/\s/) : [part]))
    .filter((part) => folded(part) !== '');
}

const unknown = <C extends Choice>(list: Known<C>, language: string): Refusal => {
  const choices = list.all.slice(0, 20).map(({ choice }) => choice);
  return refused('no_such_choice', { choices: labels(choices, language) });
};

const unclear = (first: Choice, second: Choice): Refusal =>
  refused('choice_unclear', { first: first.label, second: second.label });

const labels = (choices: readonly Choice[], language: string): string =>
  new Intl.ListFormat(knownLanguage(language), { type: 'unit' }).format(choices.map(({ label }) => label));

const ALL = new Set('all,all them,everything,every one,each,alle,alles,samtliche,jede,jeden'.split(','));
const BOTH = new Set('both,both them,beide,alle beide,beides,beiden'.split(','));
const NONE = new Set(
  'none,none them,none these,none above,nothing,neither,no,nope,nichts davon,gar nichts,keiner,keines davon,keine,keine davon,keines,keins,keinen,nichts,nein'.split(
    ',',
  ),
);
