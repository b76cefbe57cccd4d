import { z } from 'zod';
import { operation } from './operation.ts';

const Generated = z.object({
  text: z.string(),
  usage: z.object({ inputTokens: z.int(), outputTokens: z.int() }),
  /** The passages the text was taken from. */
  citations: z.array(z.object({ source: z.string(), text: z.string() })),
});
/** What `generate` streams: pieces of the text in order, then all of it; or an error. */
export const GeneratePart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chunk'), chunk: z.string() }),
  z.object({ type: z.literal('done'), ...Generated.shape }),
]);
export type GeneratePart = z.output<typeof GeneratePart>;

export const ai = {
  generate: operation({
    summary: 'Answer a prompt, from your knowledge when asked to',
    method: 'post',
    path: '/ai/generate',
    access: 'user',
    input: z.strictObject({
      prompt: z.string().min(1).max(50_000),
      system: z.string().max(50_000).optional(),
      history: z
        .array(z.strictObject({ from: z.enum(['user', 'bot']), text: z.string().max(50_000) }))
        .max(200)
        .default([]),
      /** Whether to answer from your knowledge, or from which items of it. Without a model: always. */
      knowledge: z.union([z.boolean(), z.array(z.string().max(200)).max(200)]).default(true),
      model: z.string().max(200).optional(),
    }),
    output: Generated,
    stream: GeneratePart,
    example: { prompt: 'When are you open?' },
  }),
  generateWorkflow: operation({
    summary: 'Draft a workflow from a description; it is checked and not saved',
    method: 'post',
    path: '/ai/generate-workflow',
    access: 'user',
    input: z.strictObject({ prompt: z.string().min(1).max(10_000) }),
    output: z.object({
      name: z.string(),
      nodes: z.array(z.looseObject({ id: z.string() })),
      edges: z.array(z.looseObject({ id: z.string() })),
      conversations: z.array(z.json()),
    }),
    example: { prompt: 'Qualify leads for a solar installer' },
  }),
};
