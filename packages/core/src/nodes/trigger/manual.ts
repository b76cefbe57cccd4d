import { z } from 'zod';
import { definePure, next } from '../node.ts';
import { inputProblems, inputs, inputTypes } from './inputs.ts';

export const manual = definePure({
  type: 'trigger',
  kind: 'manual',
  summary: 'Where a workflow begins; declares what it may be started with.',
  data: z.strictObject({ inputs: inputs() }),
  sets: inputTypes,
  problems: inputProblems,
  run: () => next(),
});
