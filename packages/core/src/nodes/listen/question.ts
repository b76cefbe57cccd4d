import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { Json } from '../../language/json.ts';
import type { VariableType } from '../../language/types.ts';
import { template, variableName } from '../data.ts';
import { definePure, next, type NodeContext, type Outcome, type PureKind } from '../node.ts';
import { afterSpan } from '../span.ts';
import type { Expects, VisitorFile } from '../wait.ts';
import { ladderProblems, memoryOf, noReply, portsOfLadder, progressIn, type Progress } from './no-reply.ts';
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
  /** What is done while nobody answers. */
  noReply: noReply(),
};
type Common = z.output<z.ZodObject<typeof common>>;

/** What the visitor gave. */
export interface Answer {
  text: string;
  file?: VisitorFile | undefined;
}
interface Question<S extends z.ZodRawShape, T extends Json> {
  /** What a client asks for. */
  kind: Expects['kind'];
  /** The node's kind, where that is another. */
  called?: string;
  summary: string;
  data: S;
  /** What the answer is kept as. */
  type: VariableType | ((data: z.output<z.ZodObject<S>>) => VariableType);
  load?: () => Promise<unknown>;
  /** Ways out for answers; `out` alone when absent. */
  ports?: (data: z.output<z.ZodObject<S>>) => readonly string[];
  /** These, in words, where they depend on the data. */
  ways?: string;
  problems?: (data: z.output<z.ZodObject<S>>) => readonly { field: string; message: string }[];
  /** Why it cannot be asked now: it leaves by `error` when it is entered. */
  unaskable?: (data: z.output<z.ZodObject<S>>, ctx: NodeContext) => string | undefined;
  /** What a client needs to draw the control, beside the kind. */
  expects?: (data: z.output<z.ZodObject<S>>, ctx: NodeContext) => Omit<Expects, 'kind'>;
  read: (answer: Answer, data: z.output<z.ZodObject<S>>, ctx: NodeContext) => Reading<T>;
  /** The way out for an answer; `out` when absent. */
  portFor?: (value: T, data: z.output<z.ZodObject<S>>, ctx: NodeContext) => string;
}

/** Makes a listen kind: asks, reads the answer on the server, asks again, and gives up where the author says so. */
export function question<S extends z.ZodRawShape, T extends Json>(spec: Question<S, T>): PureKind {
  type Data = Common & z.output<z.ZodObject<S>>;
  const typeOf = (data: Data) => (typeof spec.type === 'function' ? spec.type(data) : spec.type);

  /** Stands still for an answer, until it is time for the next reminder. */
  function standing(data: Data, ctx: NodeContext, progress: Progress, text = ''): Outcome {
    const rung = data.noReply[progress.rung];
    // A kind that offers choices says so in its own `expects`.
    const expects = { kind: spec.kind, ...spec.expects?.(data, ctx) } as Expects;
    const memory = memoryOf(progress);
    return {
      kind: 'wait',
      wait: {
        for: 'message',
        expects,
        ...(rung && { until: afterSpan(rung.after, ctx.scope).toISOString() }),
      },
      ...(text && { say: [{ text }] }),
      ...(memory !== (ctx.memory ?? null) && { remember: memory }),
    };
  }

  /** Nobody answered in time. */
  function remind(data: Data, ctx: NodeContext): Outcome {
    const { attempts, rung } = progressIn(ctx.memory);
    const { say, port } = data.noReply[rung] ?? {};
    if (port !== undefined) return next({ port });
    return standing(data, ctx, { attempts, rung: rung + 1 }, say?.render(ctx.scope));
  }

  /** The answer cannot be taken. */
  function askAgain(data: Data, ctx: NodeContext, { reason, values }: Refused): Outcome {
    const attempts = progressIn(ctx.memory).attempts + 1;
    if (data.maxAttempts !== undefined && attempts >= data.maxAttempts) return next({ port: 'invalid' });
    const text = data.retry?.render(ctx.scope) ?? ctx.say(reason, values);
    return standing(data, ctx, { attempts, rung: 0 }, text);
  }

  return definePure({
    type: 'listen',
    kind: spec.called ?? spec.kind,
    summary: spec.summary,
    data: z.strictObject({ ...common, ...spec.data }) as unknown as z.ZodType<Data>,
    waits: () => true,
    ...(spec.load && { load: spec.load }),
    problems: (data) => [...(spec.problems?.(data) ?? []), ...ladderProblems(data.noReply)],
    ways: `${spec.ways ?? '`out`'}; \`invalid\` with \`maxAttempts\`; the \`port\` of a rung of \`noReply\``,
    ports: (data) => waysOut(spec.ports?.(data) ?? ['out'], data),
    sets: (data) => (data.saveAs ? [[data.saveAs, typeOf(data)]] : []),
    run(data, ctx) {
      const why = spec.unaskable?.(data, ctx);
      if (why !== undefined) throw new CrmflowError('unprocessable', why);
      return standing(data, ctx, { attempts: 0, rung: 0 }, data.prompt.render(ctx.scope));
    },
    waitOn: (data, ctx) => standing(data, ctx, { ...progressIn(ctx.memory), rung: 0 }),
    resume(data, wake, ctx) {
      if (wake.by !== 'message') return remind(data, ctx);
      const reading = spec.read({ text: wake.text, file: wake.file }, data, ctx);
      if (!reading.ok) return askAgain(data, ctx, reading);
      if (reading.doubt && mayAsk(data, ctx))
        return askAgain({ ...data, retry: undefined }, ctx, reading.doubt);
      return next({
        port: spec.portFor?.(reading.value, data, ctx) ?? 'out',
        ...(reading.echo && { say: [{ text: ctx.say('heard', { value: reading.echo }) }] }),
        ...(data.saveAs && { set: { [data.saveAs]: reading.value } }),
      });
    },
  });
}

const waysOut = (answers: readonly string[], { maxAttempts, noReply: ladder }: Common): string[] => [
  ...new Set([...answers, ...(maxAttempts === undefined ? [] : ['invalid']), ...portsOfLadder(ladder)]),
];

/** Whether nothing was asked again yet, and may be without giving up. */
const mayAsk = ({ maxAttempts }: Common, ctx: NodeContext): boolean =>
  maxAttempts !== 1 && progressIn(ctx.memory).attempts === 0;

type Refused = Extract<Reading<Json>, { ok: false }>;

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
