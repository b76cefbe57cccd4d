import type { Around } from './made.ts';
import type { Condition } from './shape.ts';
import { joined, partsOf, quoted, short } from './texts.ts';
import type { Type } from './types.ts';

type Reading = Pick<Around, 'variables' | 'types' | 'note'>;
type Comparison = Condition['comparisons'][number];

/** A condition as an expression; one without a comparison never holds, as in Typebot. */
export function when({ comparisons, logicalOperator }: Condition, reading: Reading): string {
  const all = comparisons.map((comparison) => compared(comparison, reading));
  if (!all.length) return 'false';
  if (all.length === 1) return all[0]!;
  return all
    .map((each) => (/ && | \|\| /.test(each) ? `(${each})` : each))
    .join(logicalOperator === 'OR' ? ' || ' : ' && ');
}

/** What a variable is compared with: words that are known, or an expression. */
interface Other {
  words: string | null;
  expression: string;
}

function compared(
  { variableId, comparisonOperator: operator, value = '' }: Comparison,
  reading: Reading,
): string {
  const name = reading.variables.read(variableId);
  if (name === undefined || operator === undefined) {
    reading.note(
      name === undefined
        ? 'a comparison names no variable that there is: it never holds.'
        : `a comparison of ${name} says nothing of how: it never holds.`,
    );
    return 'false';
  }
  const type = reading.types.of(name);
  const isWords = partsOf(value, reading).every(({ kind }) => kind === 'words');
  const other = { words: isWords ? value : null, expression: joined(value, reading) };
  const found = COMPARED[operator]?.({ name, type, other, reading });
  if (found !== undefined) return found;
  reading.note(`the comparison "${short(operator)}" is not known: it never holds.`);
  return 'false';
}

interface Sides {
  name: string;
  type: Type;
  other: Other;
  reading: Reading;
}

const COMPARED: Readonly<Record<string, (sides: Sides) => string>> = Object.assign(
  Object.create(null) as Record<string, (sides: Sides) => string>,
  {
    'Equal to': (sides: Sides) => equal(sides, false),
    'Not equal': (sides: Sides) => equal(sides, true),
    Contains: (sides: Sides) => contains(sides),
    'Does not contain': (sides: Sides) => `!${contains(sides)}`,
    'Greater than': (sides: Sides) => ordered(sides, '>'),
    'Greater or equal to': (sides: Sides) => ordered(sides, '>='),
    'Less than': (sides: Sides) => ordered(sides, '<'),
    'Less or equal to': (sides: Sides) => ordered(sides, '<='),
    'Is set': ({ name, type }: Sides) => isThere(name, type),
    'Is empty': ({ name, type }: Sides) => isMissing(name, type),
    'Starts with': (sides: Sides) => `${words(sides)}.startsWith(${sought(sides)})`,
    'Ends with': (sides: Sides) => `${words(sides)}.endsWith(${sought(sides)})`,
    'Matches regex': (sides: Sides) => matches(sides),
    'Does not match regex': (sides: Sides) => `!${matches(sides)}`,
  },
);

function equal({ name, type, other }: Sides, isNot: boolean): string {
  const sign = isNot ? '!=' : '==';
  if (other.words === 'null' || other.words === 'undefined') return `${name} ${sign} null`;
  if (type === 'list')
    return isNot
      ? `${name}.all(item, text(item) != ${other.expression})`
      : `size(${name}) > 0 && ${name}.all(item, text(item) == ${other.expression})`;
  if (type === 'number' && other.words !== null && isNumber(other.words))
    return `${name} ${sign} ${Number(other.words)}`;
  const own = type === 'text' || type === 'date' || type === 'time' ? name : `text(${name})`;
  return `${own} ${sign} ${other.expression}`;
}

/** As Typebot compares texts: capitals and what stands around them do not count. */
const words = ({ name }: Sides) => `lower(trim(text(${name})))`;
const sought = ({ other }: Sides) =>
  other.words === null ? `lower(trim(${other.expression}))` : quoted(other.words.trim().toLowerCase());

const contains = (sides: Sides): string =>
  sides.type === 'list'
    ? `${sides.name}.contains(${sides.other.expression})`
    : `lower(text(${sides.name})).contains(${sought(sides)})`;

function isThere(name: string, type: Type): string {
  if (type === 'number' || type === 'boolean' || type === 'map') return `has(${name})`;
  return type === 'any' ? `text(${name}) != ""` : `size(${name}) > 0`;
}

function isMissing(name: string, type: Type): string {
  if (type === 'number' || type === 'boolean' || type === 'map') return `!has(${name})`;
  return type === 'any' ? `text(${name}) == ""` : `size(${name}) == 0`;
}

function ordered({ name, type, other, reading }: Sides, sign: string): string {
  const number = other.words !== null && isNumber(other.words) ? String(Number(other.words)) : null;
  if (type === 'list' && number !== null) return `size(${name}) ${sign} ${number}`;
  if (type === 'number' && number !== null) return `${name} ${sign} ${number}`;
  if (other.words !== null && /^\d{4}-\d\d-\d\d/.test(other.words))
    return `text(${name}) ${sign} ${other.expression}`;
  const own = `number(text(${name}))`;
  if (type === 'text') reading.note(`${name} is compared as a number; words that are none never fit.`);
  if (number !== null) return `${looksLikeNumber(`text(${name})`)} && ${own} ${sign} ${number}`;
  if (other.words !== null) {
    reading.note(`${name} is compared with "${short(other.words)}", which is no number: it never holds.`);
    return 'false';
  }
  return `${looksLikeNumber(`text(${name})`)} && ${looksLikeNumber(other.expression)} && ${own} ${sign} number(${other.expression})`;
}

const isNumber = (source: string) => /^\s*[+-]?\d+(\.\d+)?\s*$/.test(source);
const looksLikeNumber = (expression: string) =>
  `matches(${expression}, "^\\\\s*[+-]?[0-9]+([.][0-9]+)?\\\\s*$")`;

function matches({ name, other, reading }: Sides): string {
  if (other.words === null) {
    reading.note(`the pattern that ${name} is compared with is made of variables: it never holds.`);
    return 'false';
  }
  const [, inside, flags = ''] = /^\/([\s\S]+)\/([a-z]*)$/.exec(other.words) ?? [];
  const pattern = inside ?? other.words;
  if (pattern === '' || /\(\?<?[=!]|\\[1-9]/.test(pattern)) {
    reading.note(
      `the pattern ${short(other.words)} looks around or back, which patterns here do not: it never holds.`,
    );
    return 'false';
  }
  return `text(${name}).matches(${quoted(flags.includes('i') ? `(?i)${pattern}` : pattern)})`;
}
