import { kindAt, miscount } from './call.ts';
import { didYouMean } from './closest.ts';
import { literal } from './evaluate.ts';
import { HELPERS } from './functions.ts';
import type { Shape } from './helper.ts';
import { compilePattern } from './pattern.ts';
import { BUILT_INS, CONTACT_PARTS, isNoPart } from './scope.ts';
import { hasNoPart, isUnknown, oneOf } from './sentences.ts';
import { binaryShape, common, need, of, type Around } from './shape.ts';
import { loopOf, quoting, shown, type Loop, type Tree } from './syntax.ts';
import { fits, typeOf, type Declared } from './types.ts';

/** What a tree gives, and all that is wrong with it, each in one sentence. */
export function check(tree: Tree, declared: Declared): { shape: Shape; problems: string[] } {
  const problems = new Set<string>();
  const shape = shapeOf(tree, {
    ...{ whole: tree, declared, items: new Map() },
    report: (problem) => problems.add(problem),
  });
  return { shape, problems: [...problems] };
}

function shapeOf(tree: Tree, around: Around): Shape {
  const inside = (each: Tree) => shapeOf(each, around);
  switch (tree.op) {
    case 'value':
      return of(typeOf(literal(tree.args)));
    case 'id':
      return nameShape(tree, tree.args, around);
    case '.':
    case '.?':
      if (isContact(tree.args[0], around)) return contactPart(tree.args[1], around);
      return access(tree.args[0], of('text'), tree.args[1], around);
    case '[]':
    case '[?]':
      return access(tree.args[0], inside(tree.args[1]), shown(tree.args[1]), around);
    case 'call':
      return call(tree.args[0], tree.args[1], around);
    case 'rcall': {
      const loop = loopOf(tree);
      return loop ? walk(tree, loop, around) : call(tree.args[0], [tree.args[1], ...tree.args[2]], around);
    }
    case 'list':
      return tree.args.length > 0 ? { type: 'list', item: common(tree.args.map(inside)) } : of('list');
    case 'map':
      for (const [key, value] of tree.args) {
        need(
          around,
          { tree: key, shape: inside(key), wanted: ['text'] },
          () => 'A key of a map needs to be a text',
        );
        inside(value);
      }
      return of('map');
    case '?:':
      condition(tree, tree.args[0], around);
      return common([inside(tree.args[1]), inside(tree.args[2])]);
    case '||':
    case '&&':
      for (const side of tree.args) condition(tree, side, around);
      return of('boolean');
    case '!_':
      condition(tree, tree.args, around);
      return of('boolean');
    case '-_':
      need(
        around,
        { tree: tree.args, shape: inside(tree.args), wanted: ['number'] },
        () => `${shown(tree)} needs a number`,
      );
      return of('number');
    default:
      return binaryShape(tree, tree.args, [inside(tree.args[0]), inside(tree.args[1])], around);
  }
}

/** A part that decides something must be a boolean. */
function condition(whole: Tree, tree: Tree, around: Around): void {
  const shape = shapeOf(tree, around);
  need(around, { tree, shape, wanted: ['boolean'] }, () => `${shown(whole)} needs a boolean`);
}

function nameShape(tree: Tree, id: string, { items, declared, report, whole }: Around): Shape {
  const item = items.get(id);
  if (item) return item;
  const type = declared.get(id) ?? BUILT_INS.get(id);
  if (type) return of(type);
  const near = didYouMean(id, [...items.keys(), ...declared.keys(), ...BUILT_INS.keys()]);
  report(`There is no variable ${id}.${near || ` If it is a text, ${quoting(id, tree === whole)}.`}`);
  return of('any');
}

const isContact = (tree: Tree, { items, declared }: Around) =>
  tree.op === 'id' && tree.args === 'contact' && !items.has('contact') && !declared.has('contact');

function contactPart(name: string, { report }: Around): Shape {
  const type = CONTACT_PARTS.get(name);
  if (!type) report(isNoPart(name));
  return of(type ?? 'any');
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
  if (wrong !== undefined) around.report(wrong);
  if (!helper || wrong !== undefined) return of('any');
  for (const [at, tree] of given.entries()) {
    const wanted = kindAt(helper, at)?.types ?? ['any'];
    const shape = shapes[at] ?? of('any');
    need(around, { tree, shape, wanted }, () => `${called}(…) needs ${oneOf(wanted)}`);
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

function walk(tree: Tree, { kind, over, item, where, body }: Loop, around: Around): Shape {
  const whole = shapeOf(over, around);
  const list = { tree: over, shape: whole, wanted: ['list', 'map'] } as const;
  need(around, list, () => `${shown(tree)} needs a list or a map`);
  const element = whole.type === 'map' ? of('text') : (whole.item ?? of('any'));
  const within = { ...around, items: new Map(around.items).set(item, element) };
  if (where) condition(tree, where, within);
  if (kind === 'map') return { type: 'list', item: shapeOf(body, within) };
  condition(tree, body, within);
  return kind === 'filter' ? { type: 'list', item: element } : of('boolean');
}
