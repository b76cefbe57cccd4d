import { filters as standard, type FilterImplOptions } from 'liquidjs';
import { isTime, readMoment, wallIn, type Wall } from './calendar.ts';
import { formatMoment, formatNumber } from './date-format.ts';
import { trueDigits } from './digits.ts';
import { ScopeContext } from './liquid-context.ts';
import { print } from './print.ts';
import type { Scope } from './scope.ts';

type Filter = Extract<FilterImplOptions, (...given: never[]) => unknown>;

// Left out of Liquid's own: what reads the clock or chance, what parses data as Liquid, encodings, and doubles.
const KEPT = [
  ...['abs', 'append', 'at_least', 'at_most', 'capitalize', 'ceil', 'compact', 'concat', 'default'],
  ...['divided_by', 'downcase', 'escape', 'first', 'floor', 'json', 'last', 'map', 'minus', 'modulo'],
  ...['plus', 'prepend', 'remove', 'replace', 'reverse', 'round', 'size', 'slice', 'sort', 'split', 'strip'],
  ...['sum', 'times', 'truncate', 'truncatewords', 'uniq', 'upcase', 'url_encode', 'where'],
];

const OURS: { readonly [name: string]: Filter } = {
  date(value: unknown, format: unknown = 'long') {
    if (!(this.context instanceof ScopeContext)) return value;
    const { scope } = this.context;
    const wall = wallOf(value, scope);
    this.context.memoryLimit.use(String(format).length * 10);
    return wall ? formatMoment(wall, String(format), scope.language) : value;
  },
  number(value: unknown, digits?: unknown) {
    if (!(this.context instanceof ScopeContext) || value === null || value === '') return value;
    const number = Number(value);
    if (!Number.isFinite(number)) return value;
    const places =
      digits === undefined ? undefined : Math.min(Math.max(Math.trunc(Number(digits)) || 0, 0), 20);
    return formatNumber(number, this.context.scope.language, places);
  },
  join(value: unknown, separator: unknown = ' ') {
    if (!Array.isArray(value)) return value;
    const [texts, between] = [value.map(print), print(separator)];
    this.context.memoryLimit.use(texts.reduce((sum, each) => sum + each.length + between.length, 0));
    return texts.join(between);
  },
};

/** Those that make a text of whatever they are given. */
export const TEXTUAL: ReadonlySet<string> = new Set([
  ...['append', 'capitalize', 'date', 'downcase', 'escape', 'join', 'json', 'number', 'prepend', 'remove'],
  ...['replace', 'strip', 'truncate', 'truncatewords', 'upcase', 'url_encode'],
]);

/** Every filter of texts, by name. Each has its line in docs/languages.md. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map(
  [...KEPT.map((name) => [name, standard[name]] as const), ...Object.entries(OURS)].flatMap(
    ([name, filter]) =>
      typeof filter === 'function'
        ? [[name, counted(TEXTUAL.has(name) ? textual(filter) : filter)] as const]
        : [],
  ),
);

/** Liquid itself counts what some filters make; we also count what each one reads. */
function counted(filter: Filter): Filter {
  return function (value: unknown, ...given: unknown[]) {
    this.context.memoryLimit.use(10 + lengthOf(value));
    return filter.call(this, value, ...given) as unknown;
  };
}

/** A filter that makes a text, of numbers as they are shown. */
function textual(filter: Filter): Filter {
  const shown = (value: unknown) => (typeof value === 'number' ? trueDigits(value) : value);
  return function (value: unknown, ...given: unknown[]) {
    return filter.call(this, shown(value), ...given.map(shown)) as unknown;
  };
}

/** How many characters or elements a value has. */
export const lengthOf = (value: unknown) =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 0;

function wallOf(value: unknown, scope: Scope): Wall | undefined {
  if (value === 'now' || value === 'today') return wallIn(scope.now, scope.timeZone);
  if (typeof value === 'number')
    return Math.abs(value) <= 1e11 ? wallIn(new Date(value * 1000), scope.timeZone) : undefined;
  if (typeof value !== 'string') return undefined;
  return isTime(value)
    ? readMoment(`1970-01-01T${value}`, scope.timeZone)
    : readMoment(value, scope.timeZone);
}
