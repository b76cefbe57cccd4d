import { analyzeSync, defaultOperators, evalToken, ForTag, Liquid, toValueSync, Value } from 'liquidjs';
import type { Context, Emitter, Template } from 'liquidjs';
import { CrmflowError } from '../errors.ts';
import { closest, didYouMean } from './closest.ts';
import { FILTERS, lengthOf } from './filters.ts';
import { ScopeContext } from './liquid-context.ts';
import { print } from './print.ts';
import type { Scope } from './scope.ts';

const LONGEST_SOURCE = 20_000;
const LONGEST_RESULT = 65_536;

/** The tags a text may use. */
export const TAGS = [
  'assign',
  'break',
  'capture',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
  '#',
];

const engine = new Liquid({
  ownPropertyOnly: true,
  // An unknown filter is a named problem of the text; see text.ts.
  strictFilters: false,
  strictVariables: false,
  parseLimit: LONGEST_SOURCE,
  renderLimit: 2_000,
  memoryLimit: 1_000_000,
  outputEscape: function (this: { context: Context }, value: unknown) {
    const printed = print(value);
    this.context.memoryLimit.use(10 + printed.length);
    return printed;
  },
  operators: countedOperators(),
});

for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name);
for (const [name, filter] of FILTERS) engine.registerFilter(name, filter);
for (const name of Object.keys(engine.tags)) if (!TAGS.includes(name)) delete engine.tags[name];
engine.registerTag(
  'for',
  class extends ForTag {
    override *render(context: Context, emitter: Emitter): ReturnType<ForTag['render']> {
      const items: unknown = yield evalToken(this.collection, context);
      context.memoryLimit.use(lengthOf(items));
      return yield* super.render(context, emitter);
    }
  },
);

function countedOperators(): typeof defaultOperators {
  const counted = Object.entries(defaultOperators).map(([name, operator]) => {
    const count = (left: unknown, right: unknown, context?: Context) => {
      const { memoryLimit } = context ?? (right as Context);
      memoryLimit.use(2 + lengthOf(left));
      return operator(left, right, context as Context);
    };
    return [name, count] as const;
  });
  return Object.fromEntries(counted);
}

/** What a text says, read but not filled in. */
export interface Parsed {
  readonly templates: Template[];
  /** The names it reads and does not set itself. */
  readonly names: readonly string[];
  readonly places: readonly Place[];
}

/** A value with its filters, and the tag or output it stands in. */
export interface Place {
  readonly template: Template;
  readonly value: Value;
}

/** Reads Liquid. What it can't read is refused (`workflow_invalid`) with its place: `line 1, column 9: …`. */
export function parseText(source: string): Parsed {
  if (source.length > LONGEST_SOURCE) {
    const sentence = `A text may be ${LONGEST_SOURCE} characters long; this one has ${source.length}.`;
    throw new CrmflowError('workflow_invalid', sentence);
  }
  if (!/\{[{%]/.test(source)) return { templates: [], names: [], places: [] };
  try {
    const templates = engine.parse(source);
    return {
      templates,
      names: Object.keys(analyzeSync(templates).globals),
      places: [...placesIn(templates)],
    };
  } catch (cause) {
    throw new CrmflowError('workflow_invalid', sentenceOf(cause), undefined, { cause });
  }
}

function* placesIn(templates: readonly Template[]): Generator<Place> {
  for (const template of templates) {
    for (const value of template.arguments?.() ?? []) if (value instanceof Value) yield { template, value };
    if (template.children) yield* placesIn(toValueSync(template.children(false, true)));
  }
}

/** Renders what {@link parseText} read. What goes wrong or takes too much is refused (`unprocessable`). */
export function renderText({ templates, names }: Parsed, scope: Scope): string {
  const emitter = new LimitedEmitter();
  try {
    toValueSync(engine.renderer.renderTemplates(templates, new ScopeContext(engine, scope, names), emitter));
  } catch (cause) {
    throw new CrmflowError('unprocessable', sentenceOf(cause), undefined, { cause });
  }
  return emitter.buffer;
}

class LimitedEmitter implements Emitter {
  buffer = '';
  write(piece: unknown): void {
    this.buffer += print(piece);
    checkLength(this.buffer);
  }
}

/** Gives back a rendered text unless it is too long (`unprocessable`). */
export function checkLength(rendered: string): string {
  if (rendered.length <= LONGEST_RESULT) return rendered;
  throw new CrmflowError('unprocessable', `The text would be longer than ${LONGEST_RESULT} characters.`);
}

function sentenceOf(error: unknown): string {
  if (error instanceof CrmflowError) return error.message;
  if (!(error instanceof Error)) return "The text can't be read.";
  if (error instanceof RangeError) return 'The text is nested too deeply or grows too long.';
  const cause = 'originalError' in error ? error.originalError : undefined;
  if (cause instanceof CrmflowError || cause instanceof RangeError) return sentenceOf(cause);
  const [, message = error.message, line, column] =
    /^(.*), line:(\d+), col:(\d+)$/s.exec(error.message) ?? [];
  const reason = reasonOf(message);
  return line === undefined ? reason : `line ${line}, column ${column}: ${reason}`;
}

function reasonOf(message: string): string {
  if (/limit exceeded$/.test(message)) return 'the text takes too much work; use shorter lists';
  const [, tag] = /^tag "(.*)" not found$/.exec(message) ?? [];
  if (tag !== undefined) return noTag(tag);
  if (message.startsWith('output "')) return 'the {{ that stands here is never closed by }}';
  if (message.startsWith('invalid value expression')) return 'a variable is expected between {{ and }}';
  if (message.startsWith('expected "|"'))
    return 'only filters may follow a value, as in {{ score | plus: 1 }}';
  return message;
}

function noTag(tag: string): string {
  if (/^(end|else|elsif|when)/.test(tag)) return `${tag} has no tag before it that it belongs to`;
  return closest(tag, TAGS) === undefined
    ? `there is no tag ${tag}; known are ${TAGS.slice(0, -1).join(', ')}`
    : `there is no tag ${tag}.${didYouMean(tag, TAGS)}`;
}
