import { COST, costOf, refusal, type Frame, type Step } from './frame.ts';
import { HELPERS } from './functions.ts';
import type { Helper } from './helper.ts';
import type { Json } from './json.ts';
import { truth } from './operators.ts';
import { isMiscounted, isMissing, isUnfit, isUnknown, oneOf } from './sentences.ts';
import { shown, sizeOf, type Loop, type Tree } from './syntax.ts';
import { typeOf } from './types.ts';

/** A call of a function. One nobody knows, or with the wrong number of values, is refused when it runs. */
export function call(called: string, given: readonly Tree[], steps: readonly Step[]): Step {
  const helper = HELPERS.get(called);
  if (!helper) return () => fail(isUnknown(called, HELPERS.keys()));
  const wrong = miscount(called, helper, given.length);
  if (wrong !== undefined) return () => fail(wrong);
  return (frame) => {
    const values = steps.map((step) => step(frame));
    const answer = misgiven({ called, helper, given }, values, frame);
    return answer === undefined ? helper.run(values, frame) : answer;
  };
}

const fail = (sentence: string): never => {
  throw refusal(sentence);
};

/** What is wrong with the number of values, if anything. */
export function miscount(called: string, helper: Helper, given: number): string | undefined {
  const most = helper.repeats ? Infinity : helper.takes.length;
  const least = helper.takes.length - (helper.optional ?? 0);
  return given < least || given > most ? isMiscounted(called, least, most, given) : undefined;
}

/** The kind of value a function takes in a place. */
export const kindAt = ({ takes }: Helper, at: number) => takes[Math.min(at, takes.length - 1)];

interface Call {
  readonly called: string;
  readonly helper: Helper;
  readonly given: readonly Tree[];
}

/** The answer to null, if the function has one; a value that does not fit is refused. */
function misgiven({ called, helper, given }: Call, values: readonly Json[], frame: Frame): Json | undefined {
  for (const [at, value] of values.entries()) {
    frame.spend(1 + costOf(value));
    const kind = kindAt(helper, at);
    const tree = given[at];
    if (!kind || !tree || kind.is(value)) continue;
    if (value === null && helper.ofNull !== undefined) return helper.ofNull;
    const need = `${called}(…) needs ${oneOf(kind.types)}`;
    const wanted = kind.types[0] ?? 'any';
    throw refusal(
      value === null ? isMissing(need, tree, wanted) : isUnfit(need, tree, typeOf(value), wanted),
    );
  }
  return undefined;
}

/** The compiled parts of a loop, and how many loops stand around it. */
export interface LoopSteps {
  readonly over: Step;
  readonly where: Step | undefined;
  readonly body: Step;
  readonly depth: number;
}

/** A walk over a list or the keys of a map; null is walked as an empty list. */
export function loop(tree: Tree, loop: Loop, { over, where, body, depth }: LoopSteps): Step {
  const cost = COST.turn + sizeOf(loop.body) + (loop.where ? sizeOf(loop.where) : 0);
  const holds = (frame: Frame) => truth(body(frame), loop.body, tree);
  const each = (frame: Frame): Iterable<Json> => {
    const items = elements(over(frame), loop.over, tree);
    frame.spend(items.length);
    return walk(items, frame, depth, cost);
  };
  switch (loop.kind) {
    case 'all':
      return (frame) => decided(each(frame), false, frame, () => holds(frame));
    case 'exists':
      return (frame) => decided(each(frame), true, frame, () => holds(frame));
    case 'exists_one':
      return (frame) => count(each(frame), () => holds(frame)) === 1;
    case 'filter':
      return (frame) => collect(each(frame), (item) => (holds(frame) ? [item] : []));
    case 'map': {
      const isMeant = (frame: Frame) => !where || truth(where(frame), loop.where ?? tree, tree);
      return (frame) => collect(each(frame), () => (isMeant(frame) ? [body(frame)] : []));
    }
  }
}

function elements(value: Json, of: Tree, tree: Tree): readonly Json[] {
  if (value === null) return [];
  if (typeof value !== 'object')
    throw refusal(isUnfit(`${shown(tree)} needs a list or a map`, of, typeOf(value), 'list'));
  return Array.isArray(value) ? value : Object.keys(value);
}

function* walk(items: readonly Json[], frame: Frame, depth: number, cost: number): Generator<Json> {
  for (const item of items) {
    frame.spend(cost);
    frame.items[depth] = item;
    yield item;
  }
}

/** As in CEL, an element that fails is forgiven when another one decides. */
function decided(items: Iterable<Json>, decisive: boolean, frame: Frame, holds: () => boolean): boolean {
  let failure: { error: unknown } | undefined;
  for (const _item of items) {
    try {
      if (holds() === decisive) return decisive;
    } catch (error) {
      frame.spend(COST.failure);
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
  return !decisive;
}

function count(items: Iterable<Json>, holds: () => boolean): number {
  let found = 0;
  for (const _item of items) if (holds()) found++;
  return found;
}

function collect(items: Iterable<Json>, take: (item: Json) => readonly Json[]): Json {
  const made: Json[] = [];
  for (const item of items) made.push(...take(item));
  return made;
}
