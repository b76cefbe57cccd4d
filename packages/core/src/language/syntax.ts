import { Environment, ParseError, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { CrmflowError } from '../errors.ts';

/** A part of an expression. */
export type Tree = ASTNode;

const CHARACTERS = 10_000;
const LEVELS = 500;
const limits = { maxAstNodes: 2_000, maxDepth: 60 };

/** Reads CEL. What it can't read is refused (`workflow_invalid`) with its place: `line 1, column 9: …`. */
export function parseExpression(source: string): Tree {
  if (source.length > CHARACTERS)
    throw invalid(`An expression may be ${CHARACTERS} characters long; this one has ${source.length}.`);
  try {
    const tree = parser().parse(source).ast;
    if (depth(tree) > LEVELS) throw invalid('The expression is nested too deeply; set a part of it first.');
    return tree;
  } catch (cause) {
    if (cause instanceof CrmflowError) throw cause;
    if (cause instanceof ParseError)
      throw invalid(`${placeOf(cause, source)}: ${reasonOf(cause, source)}`, cause);
    throw invalid('The expression is nested too deeply; set a part of it first.', cause);
  }
}

// cel-js keeps every function name it meets for as long as its environment lives, in a table shared by all
// environments without a function of their own: so each expression gets an environment with one.
const parser = () => new Environment({ limits }).registerFunction('own(int): int', (value: bigint) => value);

const invalid = (message: string, cause?: unknown) =>
  new CrmflowError('workflow_invalid', message, undefined, { cause });

/** The direct parts of a tree. */
export function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [tree.args[0]];
    case 'call':
      return tree.args[1];
    case 'rcall':
      return [tree.args[1], ...tree.args[2]];
    case 'map':
      return tree.args.flat();
    case '!_':
    case '-_':
      return [tree.args];
    default:
      return tree.args;
  }
}

const depth = (tree: Tree): number => 1 + Math.max(0, ...partsOf(tree).map(depth));

/** How many parts a tree has, itself included. */
export const sizeOf = (tree: Tree): number => partsOf(tree).reduce((sum, each) => sum + sizeOf(each), 1);

/** A tree as its author would write it, for a sentence. */
export function shown(tree: Tree): string {
  const text = serialize(tree).replace(/(\d)\.0\b/g, '$1');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A walk over a list or a map, such as `items.map(item, item.price)`. */
export interface Loop {
  readonly kind: 'all' | 'exists' | 'exists_one' | 'filter' | 'map';
  readonly over: Tree;
  /** The name each element bears inside. */
  readonly item: string;
  /** Only elements for which this holds are mapped. */
  readonly where?: Tree;
  readonly body: Tree;
}

const loops = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;

/** Whether a name is that of a loop and not of a function. */
export const isLoop = (name: string): name is Loop['kind'] => loops.some((loop) => loop === name);

/** The loop a tree is, if it is one. */
export function loopOf(tree: Tree): Loop | undefined {
  if (tree.op !== 'rcall') return undefined;
  const [kind, over, [item, ...rest]] = tree.args;
  if (!isLoop(kind) || item?.op !== 'id') return undefined;
  const [first, second] = rest;
  if (first && !second) return { kind, over, item: item.args, body: first };
  return first && second && kind === 'map' && rest.length === 2
    ? { kind, over, item: item.args, where: first, body: second }
    : undefined;
}

function placeOf(error: ParseError, source: string): string {
  const before = source.slice(0, error.range?.start ?? 0).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

const SIGNS: { readonly [token: string]: string } = {
  ...{ EOF: 'the end', NUMBER: 'a number', STRING: 'a text', BOOLEAN: 'true or false', NULL: 'null' },
  ...{ IDENTIFIER: 'a name', PLUS: '+', MINUS: '-', MULTIPLY: '*', DIVIDE: '/', MODULO: '%', EQ: '==' },
  ...{ NE: '!=', LT: '<', LE: '<=', GT: '>', GE: '>=', AND: '&&', OR: '||', NOT: '!', IN: 'in' },
  ...{ LPAREN: '(', RPAREN: ')', LBRACKET: '[', RBRACKET: ']', LBRACE: '{', RBRACE: '}' },
  ...{ DOT: '.', COMMA: ',', COLON: ':', QUESTION: '?', BYTES: 'bytes' },
};

const HINTS: { readonly [word: string]: string } = {
  ...{
    '=': 'to compare, write ==',
    '&': 'write &&',
    '|': 'write ||; a function is called, as in lower(name)',
  },
  ...{ and: 'write && for and', or: 'write || for or', not: 'write ! for not' },
  ...{ '“': 'write straight quotes', '”': 'write straight quotes', '‘': 'write straight quotes' },
};

function reasonOf({ code, summary, range }: ParseError, source: string): string {
  const at = range?.start ?? 0;
  const word = /^(?:\w+|.)/u.exec(source.slice(at))?.[0] ?? '';
  const sign = (name: string) => SIGNS[name] ?? name;
  switch (code) {
    case 'unexpected_token':
      return source.trim() === ''
        ? 'there is no expression'
        : `${sign(summary.split(': ')[1] ?? '')} is not expected here`;
    case 'expected_token': {
      const [, wanted = '', got = ''] = /^Expected (\w+), got (\w+)$/.exec(summary) ?? [];
      return `${sign(wanted)} is expected here, not ${sign(got)}`;
    }
    case 'unexpected_character':
      return `${word} is not expected here${hintFor(word, source, at)}`;
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
      return 'the text that begins here has no closing quote';
    case 'reserved_identifier':
      return `${word} is a word of the language; give the variable another name`;
    case 'invalid_macro_argument':
      return 'a name for each element is expected here, as in items.map(item, item.price)';
    case 'limit_exceeded':
      return 'the expression is too long or nested too deeply; set a part of it first';
    default:
      return summary.charAt(0).toLowerCase() + summary.slice(1);
  }
}

/** How a text is written; a file takes one pair of quotes away from a text that is all there is. */
export const quoting = (text: string, isAll: boolean) =>
  isAll ? `quote it twice: '"${text}"'` : `quote it: "${text}"`;

/** Words and nothing else. */
const PROSE = /^[\p{L}\d,.!?'’ ]{1,60}$/u;

function hintFor(word: string, source: string, at: number): string {
  const hint = HINTS[word] ?? (/\bnot\s+$/.test(source.slice(0, at)) ? HINTS['not'] : undefined);
  if (hint !== undefined) return `; ${hint}`;
  return PROSE.test(source) ? `; if it is a text, ${quoting(source.trim(), true)}` : '';
}
