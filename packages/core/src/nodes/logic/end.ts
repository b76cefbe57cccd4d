import { z } from 'zod';
import { definePure, end } from '../node.ts';

export const endNode = definePure({
  type: 'logic',
  kind: 'end',
  summary: 'Ends the conversation, with a label for reports.',
  data: z.strictObject({
    outcome: z
      .string()
      .min(1)
      .max(60)
      .refine((label) => !taken.has(label), 'this label is one the engine gives itself')
      .optional(),
  }),
  ports: () => [],
  run: ({ outcome }) => end(outcome),
});
const taken = new Set(['failed', 'ended', 'deleted', 'expired']);
