import { TypeGuards, type Value } from 'liquidjs';
import { TEXTUAL } from './filters.ts';
import type { Place } from './liquid.ts';
import { CONTACT_PARTS, isNoPart } from './scope.ts';
import { fits, IN_WORDS, type VariableType } from './types.ts';

type Token = Value['initial']['postfix'][number];
/** What a name stands for; `any` when that is not known. */
type TypeOf = (name: string) => VariableType;

/** What a value is before a filter, and how a sentence calls it. */
interface Given {
  type: VariableType;
  called: string;
}

/** Values of a type that a comparison or a filter makes nothing of, each in a sentence. */
export function misfits({ template, value }: Place, typeOf: TypeOf): string[] {
  const problems: string[] = [];
  const typeIn = (token: Token) => tokenType(token, typeOf);
  const { postfix } = value.initial;
  const whole = template.token.getText();
  const type = resultOf(postfix, typeIn, (problem) => problems.push(`${whole} ${problem}`));
  let given: Given = { type, called: postfix.length === 1 ? postfix[0]!.getText() : whole };
  for (const { name, args } of filtersOf(value)) {
    const tokens = args.flatMap((arg) => (Array.isArray(arg) ? [] : [arg]));
    problems.push(...filterProblems(name, given, tokens, typeIn));
    given = { type: GIVES.get(name) ?? 'any', called: `what ${name} gives` };
  }
  return problems;
}

/** Parts of `contact` that are not there, each in a sentence. */
export const unknownParts = ({ value: { initial } }: Place): string[] =>
  initial.postfix.flatMap((token) => {
    const part = contactPart(token);
    return part === undefined || CONTACT_PARTS.has(part) ? [] : [isNoPart(part)];
  });

function contactPart(token: Token): string | undefined {
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable) return undefined;
  const [name, part] = token.props;
  const isContact = TypeGuards.isWordToken(name) && name.content === 'contact';
  return isContact && TypeGuards.isWordToken(part) ? part.content : undefined;
}

/** The filters an author wrote: Liquid keeps the printing of an output as a last one that bears no name. */
export const filtersOf = ({ filters }: Value) => filters.filter(({ name }) => /^\w/.test(name));

function tokenType(token: Token, typeOf: TypeOf): VariableType {
  if (TypeGuards.isNumberToken(token)) return 'number';
  if (TypeGuards.isQuotedToken(token)) return 'text';
  if (TypeGuards.isRangeToken(token)) return 'list';
  // `nil`, `empty` and `blank` are compared with everything.
  if (TypeGuards.isLiteralToken(token)) return typeof token.content === 'boolean' ? 'boolean' : 'any';
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable) return 'any';
  const [name, ...path] = token.props;
  return TypeGuards.isWordToken(name) && !path.length ? typeOf(name.content) : 'any';
}

/** What a condition or a value gives. Liquid keeps it with each operator behind what it stands between. */
function resultOf(
  postfix: readonly Token[],
  typeIn: (token: Token) => VariableType,
  report: (problem: string) => void,
): VariableType {
  const types: VariableType[] = [];
  for (const token of postfix) {
    if (!TypeGuards.isOperatorToken(token)) {
      types.push(typeIn(token));
      continue;
    }
    const right = types.pop() ?? 'any';
    const left = token.operator === 'not' ? 'any' : (types.pop() ?? 'any');
    const problem = comparisonProblem(token.operator, left, right);
    if (problem !== undefined) report(problem);
    types.push('boolean');
  }
  return types.at(-1) ?? 'any';
}

function comparisonProblem(operator: string, left: VariableType, right: VariableType): string | undefined {
  const both = `compares ${IN_WORDS[left]} with ${IN_WORDS[right]}`;
  if (/^[=!]=$/.test(operator)) return fits(left, right) ? undefined : `${both}, which are never equal.`;
  if (!/^[<>]=?$/.test(operator)) return undefined;
  const isOrdered = (type: VariableType) => fits(type, 'number') || fits(type, 'text');
  return fits(left, right) && isOrdered(left) && isOrdered(right)
    ? undefined
    : `${both}; two numbers or two texts can be compared.`;
}

const named = (type: VariableType, filters: string) =>
  filters.split(' ').map((name) => [name, type] as const);
const NUMERIC = 'abs at_least at_most ceil divided_by floor minus modulo plus round times';
/** What a filter gives where that is the same for everything. */
const GIVES: ReadonlyMap<string, VariableType> = new Map([
  ...named('number', `${NUMERIC} size sum`),
  ...[...TEXTUAL].map((name) => [name, 'text'] as const),
  ...named('list', 'compact concat map reverse sort split uniq where'),
]);
const numeric: ReadonlySet<string> = new Set(NUMERIC.split(' '));

function filterProblems(
  name: string,
  given: Given,
  args: readonly Token[],
  typeIn: (token: Token) => VariableType,
): string[] {
  if (name === 'date') return dateProblems(given, args[0]);
  if (!numeric.has(name)) return [];
  const all = [given, ...args.map((token): Given => ({ type: typeIn(token), called: token.getText() }))];
  const [first] = args;
  const isZero = TypeGuards.isNumberToken(first) && first.content === 0;
  return [
    ...all.flatMap(({ type, called }) =>
      fits(type, 'number') ? [] : [`${name} needs a number, but ${called} is ${IN_WORDS[type]}.`],
    ),
    ...(isZero && /^(divided_by|modulo)$/.test(name) ? [`${name}: 0 divides by zero.`] : []),
  ];
}

function dateProblems({ type, called }: Given, format: Token | undefined): string[] {
  if (type === 'boolean' || type === 'list' || type === 'map')
    return [`date needs a text, a date or a time, but ${called} is ${IN_WORDS[type]}.`];
  const style = format === undefined ? 'long' : TypeGuards.isQuotedToken(format) ? format.content : '%';
  const showsDay = style !== 'time' && !style.includes('%');
  return type === 'time' && showsDay
    ? [`date shows a day, but ${called} is a time; write date: "time".`]
    : [];
}
