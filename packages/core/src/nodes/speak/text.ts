import { z } from 'zod';
import { template } from '../data.ts';
import { definePure, next } from '../node.ts';

export const speakText = definePure({
  type: 'speak',
  kind: 'text',
  summary: 'Says something; nothing when its text comes out empty.',
  data: z.strictObject({ text: template() }),
  run({ text }, { scope }) {
    const shown = text.render(scope);
    return next(shown.trim() === '' ? {} : { say: [{ text: shown }] });
  },
});
