import { call, loop } from './call.ts';
import { COST, refusal, type Step } from './frame.ts';
import { part, type Json } from './json.ts';
import { binary, logic, minus, truth } from './operators.ts';
import { builtIn, BUILT_INS } from './scope.ts';
import { hasNoPart, type Sides } from './sentences.ts';
import { loopOf, shown, type Loop, type Tree } from './syntax.ts';
import { typeOf } from './types.ts';

/** Makes a tree ready to run. `items` are the names of the loops around it, outermost first. */
export function compile(tree: Tree, items: readonly string[] = []): Step {
  const inside = (each: Tree) => compile(each, items);
  const both = ([a, b]: Sides) => [inside(a), inside(b)] as const;
  switch (tree.op) {
    case 'value':
      return constant(literal(tree.args));
    case 'id':
      return name(tree.args, items);
    case '.':
    case '.?':
      return access(tree.args[0], inside(tree.args[0]), constant(tree.args[1]));
    case '[]':
    case '[?]':
      return access(tree.args[0], ...both(tree.args));
    case 'call':
      return call(tree.args[0], tree.args[1], tree.args[1].map(inside));
    case 'rcall': {
      const found = loopOf(tree);
      const given = [tree.args[1], ...tree.args[2]];
      return found ? walk(tree, found, items) : call(tree.args[0], given, given.map(inside));
    }
    case 'list':
      return list(tree.args.map(inside), tree.args.every(isLiteral));
    case 'map':
      return map(tree.args.map(([key, value]) => [key, inside(key), inside(value)]));
    case '?:':
      return choice(tree, tree.args[0], tree.args.map(inside));
    case '||':
      return logic(true, tree, tree.args, both(tree.args));
    case '&&':
      return logic(false, tree, tree.args, both(tree.args));
    case '!_':
      return not(tree, tree.args, inside(tree.args));
    case '-_':
      return minus(tree, tree.args, inside(tree.args));
    default:
      return binary(tree.op, tree, tree.args, both(tree.args));
  }
}

const constant =
  (value: Json): Step =>
  () =>
    value;

const isLiteral = (tree: Tree) => tree.op === 'value';

/** CEL keeps whole, unsigned and other numbers apart, and bytes from text; JSON does not. */
export function literal(value: unknown): Json {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === 'bigint' || (typeof value === 'object' && value !== null)) return Number(value);
  return value as string | number | boolean | null;
}

function name(id: string, items: readonly string[]): Step {
  const at = items.lastIndexOf(id);
  if (at >= 0) return (frame) => frame.items[at] ?? null;
  if (BUILT_INS.has(id)) return (frame) => (frame.spend(COST.calendar), builtIn(id, frame.scope));
  return (frame) => part(frame.scope.variables, id);
}

function access(tree: Tree, whole: Step, key: Step): Step {
  return (frame) => {
    const value = whole(frame);
    const at = key(frame);
    if (value === null || at === null) return null;
    if (Array.isArray(value) && typeof at === 'number') return value[at] ?? null;
    if (typeof value === 'object' && !Array.isArray(value) && typeof at === 'string') return part(value, at);
    throw refusal(hasNoPart(tree, typeOf(value), JSON.stringify(at)));
  };
}

function walk(tree: Tree, found: Loop, items: readonly string[]): Step {
  const within = [...items, found.item];
  return loop(tree, found, {
    over: compile(found.over, items),
    where: found.where && compile(found.where, within),
    body: compile(found.body, within),
    depth: items.length,
  });
}

function list(steps: readonly Step[], isConstant: boolean): Step {
  let known: Json | undefined;
  return (frame) => {
    if (known !== undefined) return known;
    frame.spend(steps.length);
    const made = steps.map((step) => step(frame));
    if (isConstant) known = made;
    return made;
  };
}

function map(entries: readonly (readonly [Tree, Step, Step])[]): Step {
  return (frame) => {
    frame.spend(entries.length * 4);
    const made = Object.create(null) as { [key: string]: Json };
    for (const [tree, key, value] of entries) {
      const name = key(frame);
      if (typeof name !== 'string') throw refusal(`A map's keys are texts; ${shown(tree)} is none.`);
      made[name] = value(frame);
    }
    return made;
  };
}

function choice(tree: Tree, condition: Tree, [when, then, otherwise]: readonly Step[]): Step {
  return (frame) => {
    const chosen = when && truth(when(frame), condition, tree) ? then : otherwise;
    return chosen ? chosen(frame) : null;
  };
}

const not =
  (tree: Tree, of: Tree, value: Step): Step =>
  (frame) =>
    !truth(value(frame), of, tree);
