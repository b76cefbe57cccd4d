import {
  analyzeSync,
  CaptureTag,
  defaultOperators,
  evalToken,
  ForTag,
  Liquid,
  toValueSync,
  Value,
} from 'liquidjs';
import type { Context, Emitter, Template } from 'liquidjs';
import { CrmflowError } from '../errors.ts';
import { FILTERS, lengthOf } from './filters.ts';
import { sentenceOf, TAGS } from './liquid-sentences.ts';
import { asItIs, ScopeContext, type Escape } from './liquid-context.ts';
import { print } from './print.ts';
import type { Scope } from './scope.ts';

const LONGEST_SOURCE = 20_000;
const LONGEST_RESULT = 65_536;

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
    return this.context instanceof ScopeContext ? this.context.escape(printed) : printed;
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

engine.registerTag(
  'capture',
  class extends CaptureTag {
    override *render(context: Context): ReturnType<CaptureTag['render']> {
      if (!(context instanceof ScopeContext)) return;
      const { escape } = context;
      context.escape = asItIs;
      yield* super.render(context);
      context.escape = escape;
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
  /** The names it sets itself: what they stand for depends. */
  readonly own: ReadonlySet<string>;
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
  if (!/\{[{%]/.test(source)) return { templates: [], names: [], own: new Set(), places: [] };
  try {
    const templates = engine.parse(source);
    return {
      templates,
      names: Object.keys(analyzeSync(templates).globals),
      own: new Set([...partsIn(templates)].flatMap(namesSetBy)),
      places: [...partsIn(templates)].flatMap(placesIn),
    };
  } catch (cause) {
    throw new CrmflowError('workflow_invalid', sentenceOf(cause), undefined, { cause });
  }
}

/** Every tag and output, at whatever depth. */
function* partsIn(templates: readonly Template[]): Generator<Template> {
  for (const template of templates) {
    yield template;
    if (template.children) yield* partsIn(toValueSync(template.children(false, true)));
  }
}

const placesIn = (template: Template): Place[] =>
  [...(template.arguments?.() ?? [])].flatMap((value) =>
    value instanceof Value ? [{ template, value }] : [],
  );

const namesSetBy = (template: Template): string[] => [
  ...[...(template.localScope?.() ?? [])].map(({ content }) => content),
  ...(template.blockScope?.() ?? []),
];

/** Renders what {@link parseText} read. What goes wrong or takes too much is refused (`unprocessable`). */
export function renderText({ templates, names }: Parsed, scope: Scope, escape: Escape): string {
  const emitter = new LimitedEmitter();
  const context = new ScopeContext(engine, scope, names, escape);
  try {
    toValueSync(engine.renderer.renderTemplates(templates, context, emitter));
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
