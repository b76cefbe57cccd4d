import type { Shape } from './helper.ts';
import { isBetweenDates, isIncomparable, isMixed, isNoHolder, isUnfit, type Sides } from './sentences.ts';
import { shown, type Tree } from './syntax.ts';
import { fits, IN_WORDS, type Declared, type VariableType } from './types.ts';

/** What a check knows where it stands, and whom it tells. */
export interface Around {
  readonly whole: Tree;
  readonly declared: Declared;
  /** What the loops around walk over, by the name of the element. */
  readonly items: ReadonlyMap<string, Shape>;
  report(problem: string): void;
}

/** A value of a type of which no more is known. */
export const of = (type: VariableType): Shape => ({ type });

/** A part, what it gives, and what may stand in its place. */
export interface Need {
  readonly tree: Tree;
  readonly shape: Shape;
  readonly wanted: readonly VariableType[];
}

/** Reports a part that is of none of the types wanted; `sentence` says who needs them. */
export function need({ report }: Around, { tree, shape, wanted }: Need, sentence: () => string): void {
  if (wanted.some((type) => fits(shape.type, type))) return;
  report(isUnfit(sentence(), tree, shape.type, wanted[0] ?? 'any'));
}

/** What several values have in common. */
export function common(shapes: readonly Shape[]): Shape {
  const [first = of('any'), ...rest] = shapes;
  return rest.every(({ type }) => type === first.type) ? first : of('any');
}

/** What an operator between two values gives, and what is wrong with them. */
export function binaryShape(
  tree: Tree,
  sides: Sides,
  [left, right]: readonly [Shape, Shape],
  around: Around,
): Shape {
  switch (tree.op) {
    case '==':
    case '!=':
      if (!fits(left.type, right.type)) around.report(areNeverEqual(tree, left, right));
      return of('boolean');
    case 'in':
      if (!['list', 'map', 'any'].includes(right.type)) around.report(isNoHolder(tree, sides, right.type));
      if (right.item && !fits(left.type, right.item.type))
        around.report(areNeverEqual(tree, left, right.item));
      return of('boolean');
    case '+':
      return plus(tree, sides, [left, right], around);
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (!fits(left.type, right.type) || !isOrdered(left) || !isOrdered(right))
        around.report(isIncomparable(tree, sides, left.type, right.type));
      return of('boolean');
    default:
      if (tree.op === '-' && left.type === 'date' && right.type === 'date')
        around.report(isBetweenDates(tree, sides));
      else {
        const sentence = () => `${shown(tree)} needs numbers`;
        need(around, { tree: sides[0], shape: left, wanted: ['number'] }, sentence);
        need(around, { tree: sides[1], shape: right, wanted: ['number'] }, sentence);
      }
      return of('number');
  }
}

const isOrdered = ({ type }: Shape) => type === 'any' || fits(type, 'number') || fits(type, 'text');

const areNeverEqual = (tree: Tree, left: Shape, right: Shape) =>
  `${shown(tree)} compares ${IN_WORDS[left.type]} with ${IN_WORDS[right.type]}, which are never equal.`;

function plus(tree: Tree, sides: Sides, [left, right]: readonly [Shape, Shape], around: Around): Shape {
  const [a, b] = [asText(left.type), asText(right.type)];
  const known = a === 'any' ? b : a;
  if (!fits(a, b) || !['any', 'text', 'number', 'list'].includes(known))
    around.report(isMixed(tree, sides, left.type, right.type));
  return known === 'list' && left.item && right.item
    ? { type: 'list', item: common([left.item, right.item]) }
    : of(known);
}

/** Dates and times are joined like any text. */
const asText = (type: VariableType) => (type === 'date' || type === 'time' ? 'text' : type);
