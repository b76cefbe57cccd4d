import type { Json } from '../language/json.ts';
import type { Hints } from './literals.ts';
import { numbersAround, textsAmong } from './literals.ts';

export type Values = { readonly [name: string]: Json };

/**
 * Values for names that have several each: all first ones, all last ones, and beside both every other value of one name at
 * a time. The first condition is often about the first; what comes later is tried beside the last.
 */
export function variantsOf(options: { readonly [name: string]: readonly Json[] }): Values[] {
  const names = Object.keys(options);
  const all = [0, -1].flatMap((at) => {
    const base = Object.fromEntries(names.map((name) => [name, options[name]!.at(at)!]));
    return [base, ...names.flatMap((name) => options[name]!.map((value) => ({ ...base, [name]: value })))];
  });
  return [...new Map(all.map((values) => [JSON.stringify(values), values])).values()];
}

/** What is worth trying for a value of which nothing is known but where it is read. */
export function valuesFor(name: string, hints: Hints): Json[] {
  if (hints.isList(name)) return [['One', 'Two'], []];
  const constants = hints.constants(name);
  const texts = textsAmong(constants);
  const other = texts.length ? ['another'] : constants.length ? [] : ['Sample'];
  return [...texts, ...numbersAround(constants), ...other];
}
