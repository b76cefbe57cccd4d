import { z } from 'zod';
import { template } from '../data.ts';
import { definePure, next } from '../node.ts';

export const speakText = definePure({
  type: 'speak',
  kind: 'text',
  summary: 'Says something.',
  data: z.strictObject({ text: template() }),
  run: ({ text }, { scope }) => next({ say: [{ text: text.render(scope) }] }),
});
