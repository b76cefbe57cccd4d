import { CrmflowError } from '../errors.ts';
import { check } from './check.ts';
import { compile } from './evaluate.ts';
import { Frame, refusal } from './frame.ts';
import { toJson, type Json } from './json.ts';
import { BUILT_INS, type Scope } from './scope.ts';
import { loopOf, parseExpression, partsOf, type Tree } from './syntax.ts';
import { fits, IN_WORDS, type Declared, type VariableType } from './types.ts';

/** A condition or a value, compiled. */
export interface Expression {
  readonly source: string;
  /** The variables it reads. */
  readonly names: readonly string[];
  /** Its value. What it can't work out is refused (`unprocessable`). */
  evaluate(scope: Scope): Json;
  /** What is wrong with it, each in a sentence; with `expected`, also a result of another type. */
  problems(declared: Declared, expected?: VariableType): string[];
  /** The type of its value, `any` when that depends. */
  typeIn(declared: Declared): VariableType;
}

/**
 * Compiles CEL. The library reads the syntax; we run it, because JSON has one kind of number, a variable may have
 * no value yet, and the work must end. A syntax error is refused (`workflow_invalid`) with its line and column.
 */
export function compileExpression(source: string): Expression {
  const tree = parseExpression(source);
  const run = compile(tree);
  return {
    source,
    names: [...namesIn(tree, [])],
    evaluate(scope) {
      try {
        return toJson(run(new Frame(scope)));
      } catch (error) {
        throw asRefusal(error);
      }
    },
    problems(declared, expected = 'any') {
      const { shape, problems } = check(tree, declared);
      if (fits(shape.type, expected)) return problems;
      return [...problems, `This must give ${IN_WORDS[expected]}, but it gives ${IN_WORDS[shape.type]}.`];
    },
    typeIn: (declared) => check(tree, declared).shape.type,
  };
}

function namesIn(tree: Tree, items: readonly string[]): Set<string> {
  if (tree.op === 'id')
    return new Set(items.includes(tree.args) || BUILT_INS.has(tree.args) ? [] : [tree.args]);
  const loop = loopOf(tree);
  if (!loop) return new Set(partsOf(tree).flatMap((each) => [...namesIn(each, items)]));
  const within = [loop.where, loop.body].flatMap((each) =>
    each ? [...namesIn(each, [...items, loop.item])] : [],
  );
  return new Set([...namesIn(loop.over, items), ...within]);
}

function asRefusal(error: unknown): CrmflowError {
  if (error instanceof CrmflowError && error.code === 'unprocessable') return error;
  if (error instanceof CrmflowError) return refusal(error.message, error);
  return refusal("The expression can't be worked out: its values are nested too deeply.", error);
}
