import { isPart, type Json, type Variables } from './json.ts';
import type { Declared } from './types.ts';
import { dateIn } from './calendar.ts';
import { didYouMean } from './closest.ts';

/** All that a text or an expression may see. */
export interface Scope {
  readonly variables: Variables;
  readonly now: Date;
  /** An IANA zone such as `Europe/Berlin`: what `today` and every time of day are read in. */
  readonly timeZone: string;
  /** A language tag such as `de`: the names of months and the form of numbers. */
  readonly language: string;
  /** The visitor's last words. */
  readonly message?: string;
  /** What may be known of the person. */
  readonly contact?: { readonly [name: string]: Json };
}

/** The names every text and expression knows without a declaration. A variable may take the place of `contact` alone. */
export const BUILT_INS: Declared = new Map([
  ['now', 'text'],
  ['today', 'date'],
  ['message', 'text'],
  ['contact', 'map'],
]);

/** What is known of `contact`, whether it has a value or not. */
export const CONTACT_PARTS: Declared = new Map([
  ['name', 'text'],
  ['email', 'text'],
  ['phone', 'text'],
  ['timeZone', 'text'],
  ['language', 'text'],
  ['fields', 'map'],
  ['tags', 'list'],
  ['consent', 'map'],
]);

/** What is wrong with a part of `contact` that is not there. */
export const isNoPart = (part: string): string =>
  `contact has no part ${part}.${didYouMean(part, CONTACT_PARTS.keys()) || ` What you keep of your own is contact.fields.${part}.`}`;

/** The value of a built-in name. */
export function builtIn(name: string, scope: Scope): Json {
  if (name === 'now') return scope.now.toISOString();
  if (name === 'today') return dateIn(scope.now, scope.timeZone);
  if (name === 'message') return scope.message ?? null;
  // Workflows from before there were contacts may keep something under this name.
  return (isPart(scope.variables, name) ? scope.variables[name] : scope.contact) ?? null;
}
