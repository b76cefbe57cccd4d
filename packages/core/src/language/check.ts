import { kindAt, miscount } from './call.ts';
import { didYouMean } from './closest.ts';
import { literal } from './evaluate.ts';
import { HELPERS } from './functions.ts';
import type { Shape } from './helper.ts';
import { compilePattern } from './pattern.ts';
import { BUILT_INS } from './scope.ts';
import { hasNoPart, isIncomparable, isMixed, isUnfit, isUnknown, oneOf, type Sides } from './sentences.ts';
import { loopOf, shown, type Loop, type Tree } from './syntax.ts';
import { fits, IN_WORDS, typeOf, type Declared, type VariableType } from './types.ts';

/** What a tree gives, and all that is wrong with it, each in one sentence. */
export function check(tree: Tree, declared: Declared): { shape: Shape; problems: string[] } {
  const problems = new Set<string>();
  const shape = shapeOf(tree, { declared, items: new Map(), report: (problem) => problems.add(problem) });
  return { shape, problems: [...problems] };
}

interface Around {
  readonly declared: Declared;
  /** What the loops around walk over, by the name of the element. */
  readonly items: ReadonlyMap<string, Shape>;
  report(problem: string): void;
}

const of = (type: VariableType): Shape => ({ type });

function shapeOf(tree: Tree, around: Around): Shape {
  const inside = (each: Tree) => shapeOf(each, around);
  switch (tree.op) {
    case 'value':
      return of(typeOf(literal(tree.args)));
    case 'id':
      return nameShape(tree.args, around);
    case '.':
    case '.?':
      return access(tree.args[0], of('text'), tree.args[1], around);
    case '[]':
    case '[?]':
      return access(tree.args[0], inside(tree.args[1]), shown(tree.args[1]), around);
    case 'call':
      return call(tree.args[0], tree.args[1], around);
    case 'rcall': {
      const loop = loopOf(tree);
      return loop ? walk(loop, around) : call(tree.args[0], [tree.args[1], ...tree.args[2]], around);
    }
    case 'list':
      return listOf(tree.args.map(inside));
    case 'map':
      for (const [key, value] of tree.args) {
        need(`A map's keys are texts`, key, inside(key), ['text'], around);
        inside(value);
      }
      return of('map');
    case '?:': {
      need(`${shown(tree)} needs a boolean`, tree.args[0], inside(tree.args[0]), ['boolean'], around);
      return common([inside(tree.args[1]), inside(tree.args[2])]);
    }
    case '||':
    case '&&':
      for (const side of tree.args)
        need(`${shown(tree)} needs booleans`, side, inside(side), ['boolean'], around);
      return of('boolean');
    case '!_':
      need(`${shown(tree)} needs a boolean`, tree.args, inside(tree.args), ['boolean'], around);
      return of('boolean');
    case '-_':
      need(`${shown(tree)} needs numbers`, tree.args, inside(tree.args), ['number'], around);
      return of('number');
    default:
      return binary(tree, tree.args, around);
  }
}

/** Reports a value that fits none of the types wanted. */
function need(
  sentence: string,
  tree: Tree,
  actual: Shape,
  wanted: readonly VariableType[],
  around: Around,
): void {
  if (wanted.some((type) => fits(actual.type, type))) return;
  around.report(isUnfit(sentence, tree, actual.type, wanted[0] ?? 'any'));
}

function nameShape(id: string, { items, declared, report }: Around): Shape {
  const item = items.get(id);
  if (item) return item;
  const type = BUILT_INS.get(id) ?? declared.get(id);
  if (type) return of(type);
  const near = didYouMean(id, [...items.keys(), ...declared.keys(), ...BUILT_INS.keys()]);
  report(`There is no variable ${id}.${near}`);
  return of('any');
}

function access(whole: Tree, key: Shape, at: string, around: Around): Shape {
  const { type, item } = shapeOf(whole, around);
  const wanted = type === 'list' ? 'number' : type === 'map' ? 'text' : 'any';
  const isWhole = type === 'list' || type === 'map' || type === 'any';
  if (!isWhole || !fits(key.type, wanted)) around.report(hasNoPart(whole, type, at));
  return item ?? of('any');
}

function call(called: string, given: readonly Tree[], around: Around): Shape {
  const shapes = given.map((each) => shapeOf(each, around));
  const helper = HELPERS.get(called);
  const wrong = helper ? miscount(called, helper, given.length) : isUnknown(called, HELPERS.keys());
  if (!helper || wrong !== undefined) {
    around.report(wrong ?? '');
    return of('any');
  }
  for (const [at, tree] of given.entries()) {
    const types = kindAt(helper, at)?.types ?? ['any'];
    need(`${called}(…) needs ${oneOf(types)}`, tree, shapes[at] ?? of('any'), types, around);
  }
  if (called === 'matches') checkPattern(given[1], around);
  if (typeof helper.gives === 'function') return helper.gives(shapes);
  return typeof helper.gives === 'string' ? of(helper.gives) : helper.gives;
}

function checkPattern(tree: Tree | undefined, { report }: Around): void {
  const source = tree?.op === 'value' ? literal(tree.args) : null;
  if (typeof source !== 'string') return;
  try {
    compilePattern(source);
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
  }
}

function walk({ kind, over, item, where, body }: Loop, around: Around): Shape {
  const whole = shapeOf(over, around);
  need(`${shown(over)}.${kind}(…) needs a list or a map`, over, whole, ['list', 'map'], around);
  const element = whole.type === 'map' ? of('text') : (whole.item ?? of('any'));
  const within = { ...around, items: new Map(around.items).set(item, element) };
  const made = shapeOf(body, within);
  const boolean = (tree: Tree, shape: Shape) =>
    need(`${shown(over)}.${kind}(…) needs a boolean`, tree, shape, ['boolean'], around);
  if (where) boolean(where, shapeOf(where, within));
  if (kind === 'map') return { type: 'list', item: made };
  boolean(body, made);
  return kind === 'filter' ? { type: 'list', item: element } : of('boolean');
}

/** What several values have in common. */
function common(shapes: readonly Shape[]): Shape {
  const [first = of('any'), ...rest] = shapes;
  return rest.every(({ type }) => type === first.type) ? first : of('any');
}

const listOf = (items: readonly Shape[]): Shape =>
  items.length > 0 ? { type: 'list', item: common(items) } : of('list');

function binary(tree: Tree & { args: Sides }, sides: Sides, around: Around): Shape {
  const [left, right] = [shapeOf(sides[0], around), shapeOf(sides[1], around)];
  switch (tree.op) {
    case '==':
    case '!=':
      if (!fits(left.type, right.type)) around.report(areNeverEqual(tree, left, right));
      return of('boolean');
    case 'in':
      need(`${shown(tree)} needs a list or a map`, sides[1], right, ['list', 'map'], around);
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
      for (const [at, shape] of [left, right].entries())
        need(`${shown(tree)} needs numbers`, sides[at] ?? tree, shape, ['number'], around);
      return of('number');
  }
}

const isOrdered = ({ type }: Shape) => type === 'any' || fits(type, 'number') || fits(type, 'text');

const areNeverEqual = (tree: Tree, left: Shape, right: Shape) =>
  `${shown(tree)} compares ${IN_WORDS[left.type]} with ${IN_WORDS[right.type]}, which are never equal.`;

function plus(tree: Tree, sides: Sides, [left, right]: readonly [Shape, Shape], around: Around): Shape {
  if (left.type === 'any') return right.type === 'any' ? right : of(asText(right.type));
  const isAddable = ['text', 'number', 'list'].includes(asText(left.type));
  if (!isAddable || !fits(asText(left.type), asText(right.type)))
    around.report(isMixed(tree, sides, left.type, right.type));
  return left.type === 'list' && right.type === 'list' ? common([left, right]) : of(asText(left.type));
}

/** Dates and times are joined like any text. */
const asText = (type: VariableType) => (fits(type, 'text') && type !== 'any' ? 'text' : type);
