import { z } from 'zod';
import { definePure, end } from '../node.ts';

const taken = new Set(['failed', 'ended', 'deleted', 'expired']);
const Data = z.strictObject({
  outcome: z
    .string()
    .min(1)
    .max(60)
    .refine(
      (label) => !taken.has(label),
      `it is none of ${[...taken].join(', ')}, which the engine gives by itself`,
    )
    .optional(),
});
export type EndData = z.output<typeof Data>;

export const endNode = definePure({
  type: 'logic',
  kind: 'end',
  summary: 'Ends the conversation, with a label for reports.',
  data: Data,
  ports: () => [],
  run: ({ outcome }) => end(outcome),
});
