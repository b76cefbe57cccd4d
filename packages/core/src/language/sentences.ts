import { didYouMean } from './closest.ts';
import { isLoop, shown, type Tree } from './syntax.ts';
import { IN_WORDS, type VariableType } from './types.ts';

/** `a text or a list`. */
export const oneOf = (types: readonly VariableType[]) => types.map((type) => IN_WORDS[type]).join(' or ');

/** A value of the wrong type: `lower(…) needs a text, but score is a number; write text(score).` */
export function isUnfit(need: string, tree: Tree, actual: VariableType, wanted: VariableType): string {
  return `${need}, but ${shown(tree)} is ${IN_WORDS[actual]}${conversion(tree, actual, wanted)}.`;
}

function conversion(tree: Tree, actual: VariableType, wanted: VariableType): string {
  if (wanted === 'number' && actual === 'text') return `; write number(${shown(tree)})`;
  const isWritable = actual === 'number' || actual === 'boolean';
  return wanted === 'text' && isWritable ? `; write text(${shown(tree)})` : '';
}

const EMPTY: { readonly [type in VariableType]?: string } = {
  number: '0',
  boolean: 'false',
  list: '[]',
  map: '{}',
};

/** A value that is null where something has to be made of it. */
export function isMissing(need: string, tree: Tree, wanted: VariableType): string {
  const what = shown(tree);
  return `${need}, but ${what} has no value; write default(${what}, ${EMPTY[wanted] ?? '""'}).`;
}

/** What `+` can't put together. */
export function isMixed(tree: Tree, [a, b]: Sides, left: VariableType, right: VariableType): string {
  const types = `${IN_WORDS[left]} and ${IN_WORDS[right]}`;
  if (left === 'date' && right === 'number')
    return `${shown(tree)} adds ${types}; write addDays(${shown(a)}, ${shown(b)}).`;
  const other = left === 'text' ? conversion(b, right, 'text') : conversion(a, left, 'text');
  if ((left === 'text' || right === 'text') && other !== '') return `${shown(tree)} joins ${types}${other}.`;
  return `${shown(tree)} adds ${types}; + takes two numbers, two texts or two lists.`;
}

/** The two sides of an operator. */
export type Sides = readonly [Tree, Tree];

/** What can't be compared by order. */
export function isIncomparable(tree: Tree, [a, b]: Sides, left: VariableType, right: VariableType): string {
  const isNumeric = left === 'number' || right === 'number';
  const hint = isNumeric ? conversion(a, left, 'number') || conversion(b, right, 'number') : '';
  const types = `${IN_WORDS[left]} with ${IN_WORDS[right]}`;
  return `${shown(tree)} compares ${types}${hint || '; two numbers or two texts can be compared'}.`;
}

/** What `in` can't look into. */
export function isNoHolder(tree: Tree, [sought, whole]: Sides, actual: VariableType): string {
  const hint = actual === 'text' ? `; write contains(${shown(whole)}, ${shown(sought)})` : '';
  return `${shown(tree)} needs a list or a map, but ${shown(whole)} is ${IN_WORDS[actual]}${hint}.`;
}

/** One date less another. */
export const isBetweenDates = (tree: Tree, [a, b]: Sides) =>
  `${shown(tree)} subtracts dates; write daysBetween(${shown(b)}, ${shown(a)}).`;

/** What has no part of that name or at that place. */
export const hasNoPart = (tree: Tree, type: VariableType, key: string) =>
  `${shown(tree)} is ${IN_WORDS[type]}; it has no part ${key}.`;

/** A function nobody knows. */
export function isUnknown(called: string, known: Iterable<string>): string {
  if (isLoop(called)) return `${called} is written items.${called}(item, …), with a name for each element.`;
  return `There is no function ${called}.${didYouMean(called, known)}`;
}

/** A call with too many or too few values. */
export function isMiscounted(called: string, least: number, most: number, given: number): string {
  const takes = most === Infinity ? `at least ${least}` : least === most ? `${most}` : `${least} or ${most}`;
  return `${called}(…) takes ${takes} ${takes.endsWith('1') ? 'value' : 'values'}, not ${given}.`;
}
