import { z } from 'zod';
import { CrmflowError } from '../../errors.ts';
import type { AiRequest, ToolExchange } from '../../ports.ts';
import { template, variableName } from '../data.ts';
import { defineEffect, next, type EffectContext, type Outcome } from '../node.ts';
import { asking, modelFaults, replyTo, saidBefore, withoutModel, type Reply } from './asking.ts';
import { toolLocals, toolProblems, tools, usingTools } from './tools.ts';

const Data = z.strictObject({
  ...asking,
  /** What to answer; the visitor's last message when absent. */
  question: template().prefault('{{ message }}'),
  /** How to answer, for models. */
  system: template().optional(),
  saveAs: variableName().optional(),
  /** Whether the answer is taken from the knowledge, or from which items of it, by id or name. Without it a model answers by itself. */
  knowledge: z.union([z.boolean(), z.array(z.string().min(1).max(500)).min(1).max(100)]).default(true),
  /** How many passages an answer may be taken from. */
  passages: z.int().min(1).max(20).default(4),
  /** Below it a passage does not count: 0 takes any, 1 only a perfect fit. */
  threshold: z.number().min(0).max(1).default(0.35),
  requireSources: z.boolean().default(false).meta({
    description:
      'Whether an answer that names none of the passages is taken back, as one that was not found.',
  }),
  notFound: template().optional().meta({
    description:
      'Text, said when the knowledge holds nothing that fits: the built-in one (`no_answer`) when absent, nothing when empty.',
  }),
  /** What a model may call while it answers. */
  tools: tools(),
});
type Data = z.output<typeof Data>;

const needsModel = () =>
  new CrmflowError(
    'unavailable',
    'Only a model answers without knowledge, and no key of one is stored. Store one: crmflow keys set gemini',
    { reason: 'no_key' },
  );

/** Questions to tools and their answers, back and forth, in one answer. */
const MOST_ROUNDS = 5;

export const answer = defineEffect({
  type: 'ai',
  kind: 'answer',
  summary:
    'Answers from the knowledge, with its sources; goes by `not_found` when it holds nothing that fits.',
  data: Data,
  ways: '`out`; `not_found`, unless `knowledge` is false',
  ports: ({ knowledge }) => ['out', ...(knowledge === false ? [] : ['not_found'])],
  faults: modelFaults,
  sets: ({ saveAs }) => (saveAs ? [[saveAs, 'text']] : []),
  locals: toolLocals,
  problems: toolProblems,
  async run(data, ctx) {
    const prompt = data.question.render(ctx.scope);
    const passages = await passagesFor(prompt, data, ctx);
    if (passages?.length === 0) return notFound(data, ctx);
    const { models, maxTokens } = data;
    const system = data.system?.render(ctx.scope);
    const request: AiRequest = {
      prompt,
      maxTokens,
      history: await saidBefore(ctx, data.history),
      ...(models && { models }),
      ...(passages && { passages }),
      ...(system !== undefined && { system }),
    };
    try {
      const { text, citations, isFound } = await answered(request, data, ctx);
      // Who quotes has nothing to quote from.
      if (!isFound && data.knowledge === false) throw needsModel();
      if (!isFound) return notFound(data, ctx);
      if (data.requireSources && passages && citations.length === 0) {
        ctx.restart();
        return notFound(data, ctx);
      }
      return next({
        say: [{ text, ...(passages && { citations }) }],
        ...(data.saveAs && { set: { [data.saveAs]: text } }),
      });
    } catch (cause) {
      ctx.restart();
      return withoutModel(cause, ctx);
    }
  },
});

async function passagesFor(
  question: string,
  { knowledge, passages: limit, threshold }: Data,
  ctx: EffectContext,
) {
  if (knowledge === false) return undefined;
  const items = knowledge === true ? undefined : knowledge;
  const found = await ctx.search(question, { limit, items });
  return found.filter(({ score }) => score >= threshold);
}

function notFound(data: Data, ctx: EffectContext): Outcome {
  const text = data.notFound?.render(ctx.scope) ?? ctx.say('no_answer');
  return next({ port: 'not_found', ...(text && { say: [{ text }] }) });
}

/** The answer, after whatever the model wanted to know from its tools. */
async function answered(request: AiRequest, data: Data, ctx: EffectContext): Promise<Reply> {
  const exchanges: ToolExchange[] = [];
  const use = usingTools(data.tools, ctx);
  for (let round = 0; ; round++) {
    // In the last round there is nothing left to call.
    const offered = round < MOST_ROUNDS ? data.tools.map(({ spec }) => spec) : [];
    const reply = await replyTo({ ...request, tools: offered, exchanges }, ctx, true);
    if (!reply.calls.length || !offered.length) return mustSay(reply);
    ctx.restart();
    const results = [];
    for (const call of reply.calls) results.push(await use(call));
    exchanges.push({ calls: reply.calls, results });
  }
}

/** @throws CrmflowError for an answer of nothing, as one of marks that name no source */
function mustSay(reply: Reply): Reply {
  if (!reply.isFound || reply.text.trim()) return reply;
  throw new CrmflowError('provider_failed', 'The model answered with nothing.', { reason: 'malformed' });
}
