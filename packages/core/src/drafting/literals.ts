import type { Json } from '../language/json.ts';
import { languageIn } from '../nodes/data.ts';
import type { Step } from '../workflow/step.ts';

/** What a workflow tells of the values that its variables may have. */
export interface Hints {
  /** What a variable is compared with, where it is read. */
  constants(name: string): readonly (string | number)[];
  /** Whether it is gone through, or chosen from. */
  isList(name: string): boolean;
}

/** The constants that stand beside each variable in the conditions, values and texts of a workflow: answers worth trying. */
export function hintsIn(steps: Iterable<Step>): Hints {
  const constants = new Map<string, (string | number)[]>();
  const lists = new Set<string>();
  for (const { data } of steps)
    for (const { field, checked } of languageIn(data)) {
      const found = constantsIn(checked.source);
      for (const name of checked.names) {
        constants.set(name, [...new Set([...(constants.get(name) ?? []), ...found])].slice(0, MOST));
        if (LISTS.has(field) && !('render' in checked)) lists.add(name);
      }
    }
  return { constants: (name) => constants.get(name) ?? [], isList: (name) => lists.has(name) };
}
/** Fields that hold an expression for a list: of an `each`, and of a choice. */
const LISTS = new Set(['list', 'from']);
const MOST = 24;

/** The variables that something depends on besides what is said. */
export function decidingIn(steps: Iterable<Step>): ReadonlySet<string> {
  const deciding = new Set<string>();
  for (const { data, kind } of steps)
    for (const { checked } of languageIn(data)) {
      // A text alone is only said; what goes outside may bring something back that depends on it.
      if (kind.isPure && 'render' in checked) continue;
      for (const name of checked.names) deciding.add(name);
      for (const [name] of checked.source.matchAll(/\b(?:message|now|today|contact)\b/g)) deciding.add(name);
    }
  return deciding;
}

function constantsIn(source: string): (string | number)[] {
  // Of a text only what is worked out: what is said is no constant.
  const code = source.includes('{') ? (source.match(/\{[{%][^}]*\}/g) ?? []).join(' ') || source : source;
  const texts = [...code.matchAll(/"([^"\\]{1,200})"|'([^'\\]{1,200})'/g)].map(
    ([, one, other]) => one ?? other!,
  );
  const numbers = [
    ...code.replace(/"[^"]*"|'[^']*'/g, '').matchAll(/(?<![\w.])\d{1,12}(?:\.\d{1,6})?(?!\w)/g),
  ];
  return [...texts, ...numbers.map(([number]) => Number(number))];
}

export const textsAmong = (hints: readonly Json[]): string[] =>
  hints.filter((hint) => typeof hint === 'string');

/** Each number, and those beside it: what decides a comparison lies there. */
export const numbersAround = (hints: readonly Json[]): number[] =>
  hints.flatMap((hint) => (typeof hint === 'number' ? [hint, hint + 1, hint - 1] : []));
