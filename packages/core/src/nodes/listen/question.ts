import { z } from 'zod';
import type { Json } from '../../language/json.ts';
import type { VariableType } from '../../language/types.ts';
import { template, variableName } from '../data.ts';
import { definePure, next, waitFor, type NodeContext, type Outcome, type PureKind } from '../node.ts';
import type { Expects, VisitorFile } from '../wait.ts';
import type { Locale, Reading } from './read/reading.ts';

/** What every question has. */
const common = {
  /** Said when the node is entered; may be empty. */
  prompt: template().prefault(''),
  saveAs: variableName().optional(),
  /** Said when the answer cannot be taken; a built-in sentence that says why when absent. */
  retry: template().optional(),
  /** After so many answers that cannot be taken it goes by `invalid`. */
  maxAttempts: z.int().min(1).max(20).optional(),
  /** Whether the visitor may say restart, back and help here. */
  commands: z.boolean().default(true),
};
type Common = z.output<z.ZodObject<typeof common>>;

/** What the visitor gave. */
export interface Answer {
  text: string;
  file?: VisitorFile | undefined;
}
interface Question<S extends z.ZodRawShape, T extends Json> {
  kind: Expects['kind'];
  summary: string;
  data: S;
  /** What the answer is kept as. */
  type: VariableType | ((data: z.output<z.ZodObject<S>>) => VariableType);
  load?: () => Promise<unknown>;
  /** Ways out for answers; `out` alone when absent. */
  ports?: (data: z.output<z.ZodObject<S>>) => readonly string[];
  problems?: (data: z.output<z.ZodObject<S>>) => readonly { field: string; message: string }[];
  /** What a client needs to draw the control, beside the kind. */
  expects?: (data: z.output<z.ZodObject<S>>, ctx: NodeContext) => Omit<Expects, 'kind'>;
  read: (answer: Answer, data: z.output<z.ZodObject<S>>, ctx: NodeContext) => Reading<T>;
  /** The way out for an answer; `out` when absent. */
  portFor?: (value: T, data: z.output<z.ZodObject<S>>, ctx: NodeContext) => string;
}

/** Makes a listen kind: asks, reads the answer on the server, asks again, and gives up where the author says so. */
export function question<S extends z.ZodRawShape, T extends Json>(spec: Question<S, T>): PureKind {
  type Data = Common & z.output<z.ZodObject<S>>;
  const ask = (data: Data, ctx: NodeContext) => ({ kind: spec.kind, ...spec.expects?.(data, ctx) });
  const typeOf = (data: Data) => (typeof spec.type === 'function' ? spec.type(data) : spec.type);

  return definePure({
    type: 'listen',
    kind: spec.kind,
    summary: spec.summary,
    data: z.strictObject({ ...common, ...spec.data }) as unknown as z.ZodType<Data>,
    waits: true,
    ...(spec.load && { load: spec.load }),
    ...(spec.problems && { problems: spec.problems }),
    ports: (data) => [
      ...new Set([
        ...(spec.ports?.(data) ?? ['out']),
        ...(data.maxAttempts === undefined ? [] : ['invalid']),
      ]),
    ],
    sets: (data) => (data.saveAs ? [[data.saveAs, typeOf(data)]] : []),
    run(data, ctx) {
      const text = data.prompt.render(ctx.scope);
      return waitFor(ask(data, ctx), text ? { say: [{ text }] } : {});
    },
    resume(data, wake, ctx) {
      if (wake.by !== 'message') return waitFor(ask(data, ctx));
      const reading = spec.read({ text: wake.text, file: wake.file }, data, ctx);
      if (!reading.ok) return askAgain(data, reading, ask(data, ctx), ctx);
      return next({
        port: spec.portFor?.(reading.value, data, ctx) ?? 'out',
        ...(reading.echo && { say: [{ text: ctx.say('heard', { value: reading.echo }) }] }),
        ...(data.saveAs && { set: { [data.saveAs]: reading.value } }),
      });
    },
  });
}

function askAgain(
  { maxAttempts, retry }: Common,
  { reason, values }: Extract<Reading<Json>, { ok: false }>,
  expects: Expects,
  ctx: NodeContext,
): Outcome {
  const attempts = Number(ctx.memory ?? 0) + 1;
  if (maxAttempts !== undefined && attempts >= maxAttempts) return next({ port: 'invalid' });
  const text = retry?.render(ctx.scope) ?? ctx.say(reason, values);
  return waitFor(expects, { say: [{ text }], remember: attempts });
}

/** How dates, numbers and words are read here. */
export const localeOf = ({ scope, country }: NodeContext): Locale => ({
  language: scope.language,
  timeZone: scope.timeZone,
  now: scope.now,
  ...(country !== undefined && { country }),
});

/** A library that is fetched when the first workflow needs it, and at hand from then on. */
export function lazily<M>(fetchModule: () => Promise<M>) {
  let module: M | undefined;
  return {
    load: async () => {
      module ??= await fetchModule();
    },
    get(): M {
      if (!module) throw new Error('The library of this node kind has not been loaded.');
      return module;
    },
  };
}
