import { z } from 'zod';
import { modelName } from '../nodes/ai/models.ts';
import { Citation } from '../nodes/citation.ts';
import { ExpectedConversation } from '../workflow/conversation.ts';
import { Graph, Problem, Workflow } from '../workflow/workflow.ts';
import { operation } from './operation.ts';

const Generated = z.object({
  text: z.string(),
  usage: z.object({ inputTokens: z.int(), outputTokens: z.int() }),
  /** The passages the text was taken from. */
  citations: z.array(Citation),
});
/** What `generate` streams: pieces of the text in order, then all of it; or an error. `restart` takes back the pieces before. */
export const GeneratePart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chunk'), chunk: z.string() }),
  z.object({ type: z.literal('restart') }),
  z.object({ type: z.literal('done'), ...Generated.shape }),
]);
export type GeneratePart = z.output<typeof GeneratePart>;

/** As long as whatever a model is asked for may take. */
const MODEL_MS = 180_000;

export const ai = {
  generate: operation({
    summary: 'Answer a prompt, from your knowledge when asked to',
    method: 'post',
    path: '/ai/generate',
    access: 'user',
    longestMs: MODEL_MS,
    asksModel: true,
    input: z.strictObject({
      prompt: z.string().min(1).max(50_000),
      system: z.string().max(50_000).optional(),
      history: z
        .array(z.strictObject({ from: z.enum(['user', 'bot']), text: z.string().max(50_000) }))
        .max(200)
        .default([]),
      /** Whether to answer from your knowledge, or from which items of it. Without a model: always. */
      knowledge: z.union([z.boolean(), z.array(z.string().max(200)).max(200)]).default(true),
      /** Who answers: gemini, openai:gpt-4o-mini, extractive. Whoever you have a key for when absent. */
      model: modelName().optional(),
    }),
    output: Generated,
    stream: GeneratePart,
    example: { prompt: 'When are you open?' },
  }),
  usage: operation({
    summary: 'See what your models were called for and what they used, by day and model',
    method: 'get',
    path: '/ai/usage',
    access: 'user',
    input: z.strictObject({
      /** The first day, YYYY-MM-DD (UTC); 30 days ago when absent. */
      since: z.iso.date().optional(),
      /** The last day; today when absent. */
      until: z.iso.date().optional(),
      workflowId: z.string().max(200).optional(),
    }),
    output: z.object({
      items: z.array(
        z.object({
          day: z.string(),
          provider: z.string(),
          model: z.string(),
          calls: z.int(),
          /** Those that gave no answer. */
          failed: z.int(),
          inputTokens: z.int(),
          outputTokens: z.int(),
          /** In US dollars, where the price is known. */
          cost: z.number().nullable(),
        }),
      ),
      nextCursor: z.null(),
    }),
  }),
  generateWorkflow: operation({
    summary: 'Draft a workflow that passes every check; it is not saved',
    method: 'post',
    path: '/ai/generate-workflow',
    access: 'user',
    longestMs: MODEL_MS,
    asksModel: true,
    input: z.strictObject({ prompt: z.string().min(1).max(10_000) }),
    output: z.object({
      name: Workflow.shape.name,
      description: Workflow.shape.description,
      ...Graph.shape,
      /** That it was seen to have; together they take every way out. */
      conversations: z.array(ExpectedConversation),
      /** What was wrong with each draft before it. */
      rounds: z.array(z.array(Problem)),
    }),
    example: { prompt: 'Qualify leads for a solar installer' },
  }),
};
